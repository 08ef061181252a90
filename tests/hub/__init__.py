"""A stand-in for the Hugging Face Hub on the loopback interface, for tests with the real client."""

from tests.hub.loopback import LoopbackHub

__all__ = ["LoopbackHub"]
