"""What a check does to find out: one file for each kind, over names, TLS and findings."""
