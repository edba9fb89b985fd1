"""Parses what a user typed into a command."""
