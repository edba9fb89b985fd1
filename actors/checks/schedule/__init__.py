"""When a check runs. Pure."""
