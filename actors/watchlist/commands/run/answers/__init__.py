"""What a person is shown: lists, papers, help, the reason of a notice, the home in Slack."""
