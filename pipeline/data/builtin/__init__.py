"""Data that lies on every machine with our dependencies: one set a file."""
