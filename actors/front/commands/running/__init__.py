"""The service as a command: its start, its end, the demo, and a look that goes on."""
