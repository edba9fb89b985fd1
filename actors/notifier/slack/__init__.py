"""The I/O with Slack: its Web API and its two ways of delivering events; and the console that stands in for it."""
