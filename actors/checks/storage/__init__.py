"""The tables of the schema `checks`. Functions on a cursor, inside the actor's transaction."""
