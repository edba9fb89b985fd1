"""What happened between the actors lately. Anybody may ask any actor; query and reply, not durable."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceQuery:
    """Query: the newest `limit` turns that the actor remembers."""

    request_id: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTurn:
    """One turn of `actor`: when it began; what was handled, the kind of a message or a call of its own; who sent it,
    empty for a call of its own; how many seconds it took; and what it sent, the kind of each message and to whom.
    Whoever is not known by name is `?`. Kinds and names only: no contents."""

    actor: str
    at: datetime
    what: str
    sender: str
    seconds: float
    sent: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceReply:
    """Reply to TraceQuery, oldest first."""

    request_id: str
    turns: tuple[TracedTurn, ...]
