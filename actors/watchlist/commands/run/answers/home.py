"""What a person's home in Slack shows. Pure."""

from actors.watchlist.commands import phrasing
from actors.watchlist.commands.run import preferences
from actors.watchlist.commands.run.own_entries import mute_typed, removed_by, typed_again
from actors.watchlist.commands.run.result import CommandResult
from actors.watchlist.matching.entries import WatchEntry
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.user_state import UserState
from messages.commands import CommandOutcome
from messages.home import HomeItem, HomeReply

MAX_ITEMS_SHOWN = 30
"""Entries, and mutes; the commands `watching` and `mutes` show the others."""

MAX_REFUSAL_CHARACTERS = 300


def home(request_id: str, user: UserState, names: AuthorNames) -> HomeReply:
    """The newest entries and mutes of a user, and their hours."""
    zone = preferences.zone_of(user)
    entries = [
        HomeItem(text=each.text, note=f"since {each.added_at:%Y-%m-%d}", command=_unwatch(each, names))
        for each in reversed(user.entries)
    ]
    mutes = [
        HomeItem(
            text=preferences.name_of(each), note=preferences.mute_ends(each, zone), command=f"unmute {mute_typed(each)}"
        )
        for each in user.mutes
    ]
    return HomeReply(
        request_id=request_id,
        user=user.id,
        is_new=not (user.entries or user.mutes or user.preferences),
        entries=tuple(entries[:MAX_ITEMS_SHOWN]),
        entry_count=len(entries),
        mutes=tuple(mutes[:MAX_ITEMS_SHOWN]),
        mute_count=len(mutes),
        hours=preferences.described(preferences.preferences_of(user), user),
        zone=zone,
    )


def refusal(result: CommandResult) -> str:
    """Why a command would be refused, in short; empty if it would not."""
    if result.answer is None or result.outcome is not CommandOutcome.REFUSED:
        return ""
    said = " ".join(phrasing.plain_text(result.answer).split())
    return said if len(said) <= MAX_REFUSAL_CHARACTERS else f"{said[: MAX_REFUSAL_CHARACTERS - 1]}…"


def _unwatch(entry: WatchEntry, names: AuthorNames) -> str:
    return f"unwatch {removed_by(entry.kind, entry.key, typed_again(entry, names))}"
