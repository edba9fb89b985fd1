"""The page, with what browsers load for it."""
