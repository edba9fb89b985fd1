"""What to probe next, and how often: strategies, queues, the budget."""
