"""The health document, from snapshots: pure."""
