"""Sending requests: the worker, its HTTP client, its batches, and what one answer means."""
