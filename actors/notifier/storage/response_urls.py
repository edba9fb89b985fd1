"""The table of addresses at which Slack takes answers that only one person sees. Functions on a cursor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

VALID = timedelta(minutes=29)
"""Slack takes answers for 30 minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseUrl:
    """An address, and whether the answer takes the place of the message whose button was pressed."""

    url: str
    replaces: bool


def remember(cursor: Any, command_id: str, response: ResponseUrl, at: datetime) -> None:
    """Keep the address for the answer to a command."""
    cursor.execute(
        "INSERT INTO response_urls (command_id, url, replaces, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (command_id, response.url, response.replaces, at),
    )


def take(cursor: Any, command_id: str, now: datetime) -> ResponseUrl | None:
    """Remove the address for the answer to a command, and return it; None if there is none that Slack still takes."""
    cursor.execute("DELETE FROM response_urls WHERE command_id = %s RETURNING url, replaces, at", (command_id,))
    found = cursor.fetchone()
    if found is None or now - found[2] > VALID:
        return None
    return ResponseUrl(url=found[0], replaces=found[1])


def expire(cursor: Any, limit: int) -> int:
    """Delete up to `limit` addresses that Slack no longer takes; returns how many."""
    cursor.execute(
        "DELETE FROM response_urls WHERE command_id IN (SELECT command_id FROM response_urls"
        " WHERE at < now() - interval '1 hour' ORDER BY at LIMIT %s)",
        (limit,),
    )
    return int(cursor.rowcount)
