"""Graft: transfer learning by recipe, measured against classic baselines."""

__version__ = "0.1.0"
