"""Parses what users say in Slack. Pure."""
