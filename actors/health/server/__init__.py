"""The HTTP server: its listener, and room for only so many clients."""
