"""The tokens that Slack has exchanged for those of the configuration. Functions on a cursor."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """An access token that is good until `expires_at`, and the refresh token for the next."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


def load(cursor: Any, configured: str) -> TokenPair | None:
    """The newest tokens that come from this refresh token of the configuration; None if there are none."""
    cursor.execute("SELECT access, refresh, expires_at FROM tokens WHERE origin = %s", (_name(configured),))
    row = cursor.fetchone()
    return None if row is None else TokenPair(access=row[0], refresh=row[1], expires_at=row[2])


def store(cursor: Any, configured: str, pair: TokenPair) -> None:
    """Replace the tokens, whatever they came from."""
    cursor.execute("DELETE FROM tokens")
    cursor.execute(
        "INSERT INTO tokens (origin, access, refresh, expires_at) VALUES (%s, %s, %s, %s)",
        (_name(configured), pair.access, pair.refresh, pair.expires_at),
    )


def forget(cursor: Any) -> None:
    """Delete the tokens: the configuration has no refresh token any more."""
    cursor.execute("DELETE FROM tokens")


def _name(configured: str) -> str:
    return hashlib.sha256(configured.encode()).hexdigest()
