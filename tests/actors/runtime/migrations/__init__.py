"""Tables of the test actors."""
