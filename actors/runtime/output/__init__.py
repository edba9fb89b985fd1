"""What goes out of a process for somebody to read: logs without secrets, over streams that never make us wait."""
