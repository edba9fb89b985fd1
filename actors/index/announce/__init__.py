"""The news of the index as events, message by message. Pure."""
