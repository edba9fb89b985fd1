"""Time zones: what people call them, and what the system knows of them. Pure."""
