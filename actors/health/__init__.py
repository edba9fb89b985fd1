"""Health over HTTP: every answer is gathered from snapshot messages."""
