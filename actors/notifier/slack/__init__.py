"""Slack itself: its Web API, its two ways of delivering events, and what its answers and errors mean."""
