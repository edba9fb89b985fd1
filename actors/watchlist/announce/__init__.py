"""Telling users: some of an event a turn, until everybody has been told."""
