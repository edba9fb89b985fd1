"""Durable delivery: outbox, inbox, dead letters, and the actor base class that stands on them."""
