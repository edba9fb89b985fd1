"""Time zones as people name them."""
