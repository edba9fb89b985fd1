"""The front process: not an actor. It is the command line, starts PostgreSQL and the actor system, and stops them."""
