"""Values that several packages share: messages to people, what came of a call to Slack, and Slack's errors."""
