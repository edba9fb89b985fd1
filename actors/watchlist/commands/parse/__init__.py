"""What a user typed, read as a command."""
