"""The child process in which a body is read, and how it is started: a body from outside is nothing to parse in an
actor."""

REFUSED = 1
"""The exit code of a child for a document of which no part can be read."""
