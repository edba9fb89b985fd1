"""How a host is treated: budget, pauses, robots.txt, the breaker, and what operators hear of it."""
