"""The WatchlistActor: what each user watches, and who is notified when it appears."""
