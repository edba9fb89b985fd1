"""Checks whose results are pushed: when a signal is late, and what each one means."""
