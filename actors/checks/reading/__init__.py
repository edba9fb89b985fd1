"""What readers see of all checks."""
