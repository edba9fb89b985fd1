"""Badges of checks, for pages of other sites."""
