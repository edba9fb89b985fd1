"""The stage over HTTP: its sites, its people, and how Slack delivers to the app."""
