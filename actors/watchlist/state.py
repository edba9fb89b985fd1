"""What the watchlist keeps in memory of its tables. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from actors.watchlist.matching.entries import EntryKind, paper_number
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.matching.mutes import Mutes
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.questions import OpenCommand
from actors.watchlist.model.recent_papers import RecentPapers
from actors.watchlist.model.user_state import Changes, UserState
from messages.drafts import WatchedNumbers


@dataclass(slots=True, kw_only=True)
class WatchlistState:
    """The matcher compiled from all entries, the mutes, the last year's papers, the names of all authors, the known
    audiences by the key of their number, and the commands that wait for other actors, by their place.

    Owned by the WatchlistActor, which changes it only after a commit. Its services share the one object, which is
    refilled when the tables are read again: none of them can be left with an old one.
    """

    matcher: Matcher = field(default_factory=Matcher)
    mutes: Mutes = field(default_factory=Mutes)
    recent_papers: RecentPapers = field(default_factory=RecentPapers)
    names: AuthorNames = field(default_factory=AuthorNames)
    audiences: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open_commands: dict[int, OpenCommand] = field(default_factory=dict)

    def replace_with(self, loaded: "WatchlistState") -> None:
        """Take over what was just read from the tables."""
        for each in fields(self):
            setattr(self, each.name, getattr(loaded, each.name))

    def number_changes(self, user: str, changes: Changes) -> WatchedNumbers:
        """The paper numbers that get their first watcher, or lose their last, when a user's entries change."""
        added = [(entry.kind, entry.key) for entry in changes.add]
        kept = {key for kind, key in added if kind is EntryKind.NUMBER}
        return WatchedNumbers(
            added=_numbers(key for key in added if not self.matcher.watchers(*key)),
            removed=_numbers(
                key for key in changes.remove if key[1] not in kept and self.matcher.watchers(*key).keys() == {user}
            ),
        )

    def apply(self, user: str, changes: Changes) -> None:
        """Take over changes that were committed."""
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
            self.open_commands = {place: each for place, each in self.open_commands.items() if each.user != user}

    def remove_mutes(self, ended: Iterable[tuple[str, EntryKind | None, str]]) -> None:
        """Remove mutes that have ended: of which users, for what."""
        for user, kind, key in ended:
            self.mutes.remove(user, kind, key)

    def entries_matching(self, subject: str, user: UserState) -> tuple[str, ...]:
        """Which of a user's entries match a number, judging by its known papers."""
        theirs = Matcher()
        for entry in user.entries:
            theirs.add(user.id, entry.kind, entry.key, entry.text)
        found: dict[str, None] = dict.fromkeys(theirs.watchers(EntryKind.NUMBER, subject).values())
        for paper in self.recent_papers.of_number(subject):
            found |= dict.fromkeys(theirs.paper(paper, self.audiences.get(subject, ())).get(user.id, ()))
        return tuple(found)


def _numbers(keys: Iterable[tuple[EntryKind, str]]) -> tuple[int, ...]:
    found = (paper_number(kind, key) for kind, key in keys)
    return tuple(number for number in found if number is not None)
