"""When a user's digest is due, and which hours are quiet. Pure."""
