"""The embedded PostgreSQL: the server from the pip package, started, found again, and stopped by the front process."""
