"""The database as operators handle it: saved, restored, brought up to date, opened."""
