"""What the watchlist holds in memory of its tables. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from actors.watchlist.matching.entries import EntryKind, paper_number
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.mutes import Mutes
from actors.watchlist.model.recent_papers import RecentPapers
from actors.watchlist.model.user_state import Changes, UserState
from messages.drafts import WatchedNumbers


@dataclass(slots=True, kw_only=True)
class WatchlistState:
    """The matcher compiled from all entries, the mutes, the last year's papers, and the audiences of numbers.

    Owned by the watchlist, which changes it only after a commit.
    """

    matcher: Matcher = field(default_factory=Matcher)
    mutes: Mutes = field(default_factory=Mutes)
    recent_papers: RecentPapers = field(default_factory=RecentPapers)
    audiences: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def numbers(self, user: str, changes: Changes) -> WatchedNumbers:
        """The paper numbers that get their first watcher, or lose their last, by changes to a user's entries."""
        added = [(entry.kind, entry.key) for entry in changes.add]
        kept = {key for kind, key in added if kind is EntryKind.NUMBER}
        return WatchedNumbers(
            added=_numbers(key for key in added if not self.matcher.watchers(*key)),
            removed=_numbers(
                key for key in changes.remove if key[1] not in kept and self.matcher.watchers(*key).keys() == {user}
            ),
        )

    def apply(self, user: str, changes: Changes) -> None:
        """These changes were committed."""
        for kind, key in changes.remove:
            self.matcher.remove(user, kind, key)
        for entry in changes.add:
            self.matcher.add(user, entry.kind, entry.key, entry.text)
        for mute in changes.mute:
            self.mutes.add(mute)
        for unmuted in changes.unmute:
            self.mutes.remove(user, *unmuted)
        if changes.forget:
            self.mutes.forget(user)

    def let_go(self, over: Iterable[tuple[str, EntryKind | None, str]]) -> None:
        """The mutes of these users and things are over."""
        for user, kind, key in over:
            self.mutes.remove(user, kind, key)

    def matching(self, subject: str, standing: UserState) -> tuple[str, ...]:
        """Which of a user's entries match a number, as far as it is known."""
        theirs = Matcher()
        for entry in standing.entries:
            theirs.add(standing.id, entry.kind, entry.key, entry.text)
        found: dict[str, None] = dict.fromkeys(theirs.watchers(EntryKind.NUMBER, subject).values())
        for paper in self.recent_papers.of_number(subject):
            found |= dict.fromkeys(theirs.paper(paper, self.audiences.get(subject, ())).get(standing.id, ()))
        return tuple(found)


def _numbers(keys: Iterable[tuple[EntryKind, str]]) -> tuple[int, ...]:
    found = (paper_number(kind, key) for kind, key in keys)
    return tuple(number for number in found if number is not None)
