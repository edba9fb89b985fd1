"""What the other actors said last, and how old it is."""
