"""From an event to the users who are notified of it: entries, folded text, mutes."""
