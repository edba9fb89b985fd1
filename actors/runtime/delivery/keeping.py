"""How much of what is too old one turn deletes."""

from actors.runtime.delivery.dead_letters import Settled

__all__ = ["CHUNK", "Settled"]

CHUNK = 200
"""Rows that one turn deletes at most, from each table."""
