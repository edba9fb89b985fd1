"""From what happened to the users it concerns: entries, folded text, mutes."""
