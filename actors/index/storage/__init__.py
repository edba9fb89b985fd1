"""The index's tables: functions on a cursor, inside the actor's transaction."""
