"""Base models that lie on the machine: one a file."""
