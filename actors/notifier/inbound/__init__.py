"""What users say in Slack: parsed, taken once, passed on as commands."""
