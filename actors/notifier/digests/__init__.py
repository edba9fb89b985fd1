"""Notices kept for later: each user's digest and quiet hours."""
