"""One data directory: the lock that says who runs on it, and the id that stays with it."""
