"""The child process in which a body is read, and how it is started: a body from outside is nothing to parse in an
actor."""
