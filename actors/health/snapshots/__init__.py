"""Asking every actor for a snapshot, and what came of it."""
