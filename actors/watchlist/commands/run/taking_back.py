"""Which of a user's notices a command takes back, if they have not been sent yet. Pure."""

from actors.watchlist.commands.phrasing import quoted
from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.model.user_state import Changes, UserState
from messages.notices import TakeBackNotices

MAX_NAMED = 5
"""Entries that a reason names."""


def taken_back(user: UserState, changes: Changes) -> TakeBackNotices | None:
    """What the notifier and the watchlist itself take back; None for nothing. An entry that is swapped for another
    takes nothing back: the new one stands for it."""
    keys = set() if changes.add else set(changes.remove)
    unwatched = [entry for entry in user.entries if (entry.kind, entry.key) in keys]
    if not unwatched and not changes.mute:
        return None
    is_last = bool(unwatched) and len(unwatched) == len(user.entries) and not user.is_readers
    others = [mute for mute in changes.mute if mute.kind not in (None, EntryKind.NUMBER)]
    return TakeBackNotices(
        user=user.id,
        entries=(*(entry.text for entry in unwatched), *(mute.text for mute in others)),
        subjects=tuple(mute.key for mute in changes.mute if mute.kind is EntryKind.NUMBER),
        everything=is_last or any(mute.kind is None for mute in changes.mute),
        reason=_reason(user, [entry.text for entry in unwatched], changes),
    )


def _reason(user: UserState, unwatched: list[str], changes: Changes) -> str:
    parts = []
    if unwatched:
        is_all = 1 < len(unwatched) == len(user.entries)
        unwatched_it = "unsubscribed it from" if user.channel else "unwatched"
        parts.append(f"{unwatched_it} {'everything' if is_all else _named(unwatched)}")
    if any(mute.kind is None for mute in changes.mute):
        parts.append("muted everything")
    elif changes.mute:
        parts.append(f"muted {_named([mute.text for mute in changes.mute])}")
    return f"{'somebody' if user.channel else 'you'} {' and '.join(parts)}"


def _named(texts: list[str]) -> str:
    named = ", ".join(map(quoted, texts[:MAX_NAMED]))
    return f"{named} and {len(texts) - MAX_NAMED} more" if len(texts) > MAX_NAMED else named
