"""What the prober announces: events and notices of drafts."""
