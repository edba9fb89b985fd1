"""Runs a parsed command: from what is known to what changes, and the answer."""
