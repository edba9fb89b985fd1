"""What to ask for next, and how often: strategies, the queue, the budget."""
