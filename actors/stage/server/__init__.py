"""The stage as an actor and as a process: the sockets it serves on, and the client that scripts it."""
