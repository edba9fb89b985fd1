"""What every actor stands on: guard, private loop, durable delivery, database, logging, the actor system itself."""
