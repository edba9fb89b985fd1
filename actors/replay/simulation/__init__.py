"""The replay in simulated time: drafts appear, strategies ask for them, delays are counted. Pure."""
