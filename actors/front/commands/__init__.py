"""The command line: what is typed, what it asks the service for, what it prints."""
