"""The configuration that is in effect, and the files of which it was made: looked at, loaded again, compared."""
