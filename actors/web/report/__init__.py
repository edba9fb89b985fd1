"""The report: one file with what happened in a time."""
