"""Values that several packages of the room need. Pure."""
