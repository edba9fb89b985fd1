"""What readers ask, decoded and checked."""
