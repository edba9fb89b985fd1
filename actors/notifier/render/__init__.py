"""How notices, answers and reports are worded: as blocks, as mrkdwn, and on the console."""
