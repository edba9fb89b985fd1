"""What is told of the index: its news as events. Pure."""
