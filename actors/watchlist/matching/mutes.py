"""What users do not want to hear of for a while. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from actors.watchlist.matching.entries import EntryKind, InvalidEntry, parse
from actors.watchlist.matching.matcher import Matches

ALL = "all"
MOST_MUTES = 200
"""Mutes that one user may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """`kind` and `key` are those of an entry, watched or not; of a number it silences all about it, of anything else
    only that entry. `kind` None: everything. `text` is what the user calls it. `until` None: for good."""

    user: str
    kind: EntryKind | None
    key: str
    text: str
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it is not over yet."""
        return self.until is None or self.until > now


class Mutes:
    """All users' mutes. Owned by one actor."""

    def __init__(self, mutes: Iterable[Mute] = ()) -> None:
        self._of: dict[str, dict[tuple[EntryKind | None, str], Mute]] = {}
        for mute in mutes:
            self.add(mute)

    def add(self, mute: Mute) -> None:
        """In place of one for the same thing."""
        self._of.setdefault(mute.user, {})[mute.kind, mute.key] = mute

    def remove(self, user: str, kind: EntryKind | None, key: str) -> None:
        """If there is one."""
        theirs = self._of.get(user, {})
        theirs.pop((kind, key), None)
        if not theirs:
            self._of.pop(user, None)

    def forget(self, user: str) -> None:
        """Remove all of a user."""
        self._of.pop(user, None)

    def of(self, user: str, now: datetime) -> tuple[Mute, ...]:
        """Those of a user that are not over, the first that ends first."""
        held = (mute for mute in self._of.get(user, {}).values() if mute.holds(now))
        return tuple(sorted(held, key=lambda mute: (mute.until is None, mute.until or now, mute.text)))

    def audible(self, subject: str, matches: Matches, now: datetime) -> Matches:
        """Who of `matches` is to hear of `subject` (the key of a number), by which of their entries."""
        muted = {user: self._of[user] for user in matches if user in self._of}
        if not muted:
            return matches
        heard, means = dict(matches), cache(_means)  # many call the same the same
        for user, mutes in muted.items():
            texts = _audible(subject, matches[user], mutes.values(), now, means)
            if texts:
                heard[user] = texts
            else:
                del heard[user]
        return heard


def _audible(
    subject: str,
    texts: tuple[str, ...],
    mutes: Iterable[Mute],
    now: datetime,
    means: Callable[[str], tuple[EntryKind, str] | None],
) -> tuple[str, ...]:
    held = [mute for mute in mutes if mute.holds(now)]
    if any(mute.kind is None or (mute.kind, mute.key) == (EntryKind.NUMBER, subject) for mute in held):
        return ()
    silent = {(mute.kind, mute.key) for mute in held if mute.kind is not EntryKind.NUMBER}
    return tuple(text for text in texts if means(text) not in silent) if silent else texts


def _means(text: str) -> tuple[EntryKind, str] | None:
    """The kind and key of an entry: a mute of it may be older, and written otherwise."""
    parsed = parse(text)
    return None if isinstance(parsed, InvalidEntry) else (parsed.kind, parsed.key)
