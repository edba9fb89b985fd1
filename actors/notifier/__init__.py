"""The NotifierActor: renders notices and answers, sends them, and takes commands from Slack."""
