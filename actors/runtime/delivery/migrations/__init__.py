"""Tables that every actor with durable events has, in its own schema."""
