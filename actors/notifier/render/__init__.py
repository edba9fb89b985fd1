"""Renders notices, answers and reports: as Block Kit, as mrkdwn, and as plain text. Pure."""
