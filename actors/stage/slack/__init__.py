"""The stand-in Slack: Web API, rate limits, Block Kit, events."""
