"""A user's own entries: which one is meant by a text, and how each is typed again. Pure."""

from actors.watchlist.commands.parse.normalize import plain
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.matching.entries import (
    EntryKind,
    InvalidEntry,
    ParsedEntry,
    WatchEntry,
    author_key,
    is_marked,
    parse,
)
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.user_state import UserState

_SIMPLE = frozenset("-:'.+_#/")
"""Characters that never separate entries."""


def as_typed(text: str) -> str:
    """An entry as it can be typed: in quotes if it would be split otherwise."""
    typed = " ".join(plain(text).replace('"', " ").split())
    is_simple = all(letter.isalnum() or letter in _SIMPLE for letter in typed) and split(typed) == (typed,)
    return typed if is_simple else f'"{typed}"'


def own_entry(text: str, user: UserState, names: AuthorNames) -> WatchEntry | None:
    """The user's entry that `text` means: as it would be read when it is added, or as an author, or with the mark that
    the only one with these words has."""
    parsed = parse(text)
    keys = [] if isinstance(parsed, InvalidEntry) else [(parsed.kind, parsed.key)]
    if not is_marked(text):
        found = names.find(text)
        keys += [(EntryKind.AUTHOR, author_key(text)), *((EntryKind.AUTHOR, author_key(name)) for name in found)]
    for kind, key in keys:
        if (entry := user.entry(kind, key)) is not None:
            return entry
    alike = [each for each in user.entries if each.kind is EntryKind.TITLE and each.key == author_key(text)]
    return alike[0] if len(alike) == 1 and not is_marked(text) else None


def typed_again(entry: WatchEntry, names: AuthorNames) -> str:
    """An entry's text, with a mark if it would not be read as the same entry without one."""
    parsed = parse(entry.text)
    same = isinstance(parsed, ParsedEntry) and (parsed.kind, parsed.key) == (entry.kind, entry.key)
    if same and (
        entry.kind is not EntryKind.AUTHOR or is_marked(entry.text) or names.find(entry.text) == (entry.text,)
    ):
        return entry.text
    return f"{entry.kind.value}:{entry.text}" if not is_marked(entry.text) else entry.text
