"""What to tell operators when a problem begins, lasts, and is resolved. Pure."""
