"""Checks of anything: run when due, told once."""
