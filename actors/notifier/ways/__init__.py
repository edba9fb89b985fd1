"""Other ways than Slack: mail, a signed webhook, Mattermost, Matrix. Each delivers one message, and says what became of
it."""
