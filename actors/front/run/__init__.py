"""One run of the service: database, actors, signals, and the watch over all three."""
