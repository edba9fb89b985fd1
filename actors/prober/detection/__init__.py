"""From answers to drafts: what is believed, confirmed, quarantined, and how a draft changes."""
