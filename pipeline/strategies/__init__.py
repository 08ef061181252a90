"""What of the base model may learn: one way a file."""
