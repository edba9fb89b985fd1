"""How a message gets out: what follows each outcome, how fast, and when Slack as a whole must wait. Pure."""
