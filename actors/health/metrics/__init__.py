"""What Prometheus reads, from snapshots."""
