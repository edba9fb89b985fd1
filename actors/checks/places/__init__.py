"""Checks that run at several places: instances of Callboard that share a database."""
