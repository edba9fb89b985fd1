"""What is needed of the operating system: files, signals, process 1, the service manager."""
