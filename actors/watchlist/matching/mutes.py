"""What users have muted. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from actors.watchlist.matching.entries import EntryKind, InvalidEntry, author_key, is_marked, parse
from actors.watchlist.matching.matcher import Matches

ALL = "all"
MAX_MUTES = 200
"""Mutes that one user may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """`kind` and `key` are those of an entry, whether the user watches it or not. A muted number silences every notice
    about it; any other muted entry only stops matching. `kind` None mutes everything. `text` is what the user calls it,
    `until` None means until they unmute it."""

    user: str
    kind: EntryKind | None
    key: str
    text: str
    until: datetime | None

    def is_active(self, now: datetime) -> bool:
        """Whether it has not ended yet."""
        return self.until is None or self.until > now


class Mutes:
    """All users' mutes. Owned by one actor."""

    def __init__(self, mutes: Iterable[Mute] = ()) -> None:
        self._of: dict[str, dict[tuple[EntryKind | None, str], Mute]] = {}
        for mute in mutes:
            self.add(mute)

    def add(self, mute: Mute) -> None:
        """Add a mute; it replaces one for the same thing."""
        self._of.setdefault(mute.user, {})[mute.kind, mute.key] = mute

    def remove(self, user: str, kind: EntryKind | None, key: str) -> None:
        """Remove a mute if there is one."""
        theirs = self._of.get(user, {})
        theirs.pop((kind, key), None)
        if not theirs:
            self._of.pop(user, None)

    def forget(self, user: str) -> None:
        """Remove all mutes of a user."""
        self._of.pop(user, None)

    def of(self, user: str, now: datetime) -> tuple[Mute, ...]:
        """A user's active mutes; those that end first come first."""
        active = (mute for mute in self._of.get(user, {}).values() if mute.is_active(now))
        return tuple(sorted(active, key=lambda mute: (mute.until is None, mute.until or now, mute.text)))

    def unmuted(self, subject: str, matches: Matches, now: datetime) -> Matches:
        """The matches for `subject` (the key of a number) without what their users have muted."""
        muting = {user: self._of[user] for user in matches if user in self._of}
        if not muting:
            return matches
        left, parsed = dict(matches), cache(_meanings)  # many users write the same entry in the same way
        for user, mutes in muting.items():
            texts = _unmuted(subject, matches[user], mutes.values(), now, parsed)
            if texts:
                left[user] = texts
            else:
                del left[user]
        return left


def _unmuted(
    subject: str,
    texts: tuple[str, ...],
    mutes: Iterable[Mute],
    now: datetime,
    parsed: Callable[[str], frozenset[tuple[EntryKind, str]]],
) -> tuple[str, ...]:
    active = [mute for mute in mutes if mute.is_active(now)]
    if any(mute.kind is None or (mute.kind, mute.key) == (EntryKind.NUMBER, subject) for mute in active):
        return ()
    muted = {(mute.kind, mute.key) for mute in active if mute.kind is not EntryKind.NUMBER}
    return tuple(text for text in texts if not parsed(text) & muted) if muted else texts


def _meanings(text: str) -> frozenset[tuple[EntryKind, str]]:
    """What an entry stands for, since a mute may spell it differently. What has no mark may be an author of times when
    everything was one that was nothing else."""
    parsed = parse(text)
    found = set() if isinstance(parsed, InvalidEntry) else {(parsed.kind, parsed.key)}
    return frozenset(found if is_marked(text) else {*found, (EntryKind.AUTHOR, author_key(text))})
