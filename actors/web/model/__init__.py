"""What readers see, as values."""
