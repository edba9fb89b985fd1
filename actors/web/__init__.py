"""What the HealthActor serves to readers: the page, the feed, the API and the report. There is no actor in it."""
