"""What can be asked: one kind of problem a file."""
