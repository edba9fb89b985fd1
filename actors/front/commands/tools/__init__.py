"""What each command does that needs no running service, or looks at more than an answer."""
