"""The checks of what Callboard depends on itself."""
