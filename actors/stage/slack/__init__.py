"""The simulated Slack: Web API, rate limits, Block Kit, events."""
