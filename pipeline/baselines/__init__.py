"""Classic contenders: one a file."""
