"""What became of a user's notices, according to the tables. Functions on a cursor."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from messages.notices import NoticeState, NoticeStatus

_STATE_OF = MappingProxyType({"sent": NoticeState.SENT, "dead": NoticeState.DEAD, "taken_back": NoticeState.TAKEN_BACK})
_MESSAGES_SEARCHED = 200
"""Only the newest messages are searched."""


def status_of(cursor: Any, user: str, ids: Sequence[str]) -> tuple[NoticeStatus, ...]:
    """The status of the notices with these ids, sorted by when they were kept or queued."""
    found = [*_of_messages(cursor, user, ids), *_of_held(cursor, user, ids)]
    return tuple(sorted(found, key=lambda each: each.since))


def _of_messages(cursor: Any, user: str, ids: Sequence[str]) -> list[NoticeStatus]:
    cursor.execute(
        "SELECT announced, state, created_at, changed_at, messages.reason, suspended.reason FROM messages"
        " LEFT JOIN suspended USING (recipient) WHERE recipient = %s AND announced && %s ORDER BY place DESC LIMIT %s",
        (user, list(ids), _MESSAGES_SEARCHED),
    )
    return [
        _of_message(id, *row) for announced, *row in cursor.fetchall() for id in dict.fromkeys(announced) if id in ids
    ]


def _of_message(
    id: str, state: str, created_at: Any, changed_at: Any, reason: str, suspended: str | None
) -> NoticeStatus:
    became = _STATE_OF.get(state, NoticeState.QUEUED if suspended is None else NoticeState.SUSPENDED)
    return NoticeStatus(
        id=id,
        state=became,
        since=created_at,
        at=changed_at if became in (NoticeState.SENT, NoticeState.TAKEN_BACK) else None,
        reason={
            NoticeState.SUSPENDED: suspended or "",
            NoticeState.DEAD: reason,
            NoticeState.TAKEN_BACK: reason,
        }.get(became, ""),
    )


def _of_held(cursor: Any, user: str, ids: Sequence[str]) -> list[NoticeStatus]:
    cursor.execute(
        "SELECT notice->>'id', held_at, due_at FROM digest_buffer LEFT JOIN digest_schedule USING (user_id),"
        " jsonb_array_elements(payload->'notices') AS notice WHERE user_id = %s AND notice->>'id' = ANY(%s)",
        (user, list(ids)),
    )
    return [
        NoticeStatus(id=id, state=NoticeState.HELD, since=held_at, at=due_at, reason="")
        for id, held_at, due_at in cursor.fetchall()
    ]
