"""Values that several packages of this room need."""
