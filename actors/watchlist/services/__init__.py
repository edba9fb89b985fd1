"""The services that the WatchlistActor owns. Each does one part of its work, on its turns and in its transactions."""
