"""When: the times, days and zones that people type. Pure."""
