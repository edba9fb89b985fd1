"""What the engine needs of the operating system: processes, the actor system, private loops, logs."""
