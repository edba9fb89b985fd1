"""The HTTP side: routes, and who may ask."""
