"""The API: its document."""
