"""Commands of programs on one entry, taken as it stands: what becomes of it. Pure."""

from datetime import datetime

from actors.watchlist.commands.standing import Standing
from actors.watchlist.commands.subscribing import entry_of
from actors.watchlist.entries import MOST_ENTRIES, NoEntry, parse, refusal_of_user
from messages.watching import AddWatch, RefusalReason, RemoveWatch, WatchEntry


def addition(command: AddWatch, standing: Standing, now: datetime) -> WatchEntry | NoEntry:
    """The entry to be added, or why it is not."""
    wish = refusal_of_user(command.user) or parse(command.text)
    if isinstance(wish, NoEntry):
        return wish
    known = standing.entry(wish.kind, wish.key)
    if known is not None:
        return NoEntry(reason=RefusalReason.ALREADY_WATCHED, detail=f"“{known.text}” is watched already.")
    if len(standing.entries) >= MOST_ENTRIES:
        detail = f"{MOST_ENTRIES:,} entries are the most that a user may have: remove some first."
        return NoEntry(reason=RefusalReason.TOO_MANY, detail=detail)
    return entry_of(wish, standing, now)


def removal(command: RemoveWatch, standing: Standing) -> WatchEntry | NoEntry:
    """The entry to be removed, or why it is not."""
    wish = refusal_of_user(command.user) or parse(command.text)
    if isinstance(wish, NoEntry):
        return wish
    known = standing.entry(wish.kind, wish.key)
    if known is None:
        return NoEntry(reason=RefusalReason.NOT_WATCHED, detail=f"“{wish.text}” is not watched.")
    return known
