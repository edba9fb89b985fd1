"""A command carried out: from what is known to what changes and what is said."""
