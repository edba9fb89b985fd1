"""The state in memory, read from all tables at once."""

from typing import Any

from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.mutes import Mutes
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import known_names, recent_papers, users


def load_state(cursor: Any) -> WatchlistState:
    """Everything that the watchlist keeps in memory."""
    matcher = Matcher()
    for user, kind, key, text in users.all_entries(cursor):
        matcher.add(user, kind, key, text)
    return WatchlistState(
        matcher=matcher,
        mutes=Mutes(users.all_mutes(cursor)),
        recent_papers=recent_papers.load(cursor),
        names=known_names.load(cursor),
        audiences=recent_papers.all_audiences(cursor),
        open_commands={each.place: each for each in users.all_open_commands(cursor)},
    )
