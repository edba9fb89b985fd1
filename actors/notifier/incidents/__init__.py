"""What operators are told: problems when they begin, while they last, and when they are resolved."""
