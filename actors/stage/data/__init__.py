"""Index snapshots; see README.md."""
