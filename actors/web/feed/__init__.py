"""The feed of drafts and papers."""
