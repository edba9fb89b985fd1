"""What a result means for a check, and what people hear about it. Pure."""
