"""The room of the WatchlistActor: what each user watches, and who is told when it appears."""
