"""Faults on request: slow, broken and lying answers."""
