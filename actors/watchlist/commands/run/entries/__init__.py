"""What entries mean, and how they are added, replaced, exported and imported."""
