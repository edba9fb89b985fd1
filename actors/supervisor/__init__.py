"""The supervisor: creates the others, introduces them, and restarts who ends."""
