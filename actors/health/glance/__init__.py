"""Whether all is well, as the page shows it."""
