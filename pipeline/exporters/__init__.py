"""Ways out, each proven by reloading: one a file."""
