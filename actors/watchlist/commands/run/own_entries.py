"""A user's own entries: which one is meant by a text, and how each is typed again. Pure."""

from actors.watchlist.commands.parse.normalize import plain
from actors.watchlist.commands.parse.splitting import split
from actors.watchlist.matching.entries import (
    EVERYTHING,
    EntryKind,
    InvalidEntry,
    ParsedEntry,
    WatchEntry,
    author_key,
    is_marked,
    parse,
)
from actors.watchlist.matching.mutes import ALL, Mute
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.user_state import UserState

_SIMPLE = frozenset("-:'.+_#/")
"""Characters that never separate entries."""

_ALL_OF_THEM = frozenset((ALL, EVERYTHING.text))
"""What these commands take for all entries, or all mutes, unless it has a mark."""


def as_typed(text: str) -> str:
    """An entry as it can be typed: in quotes if it would be split otherwise."""
    typed = " ".join(plain(text).replace('"', " ").split())
    is_simple = all(letter.isalnum() or letter in _SIMPLE for letter in typed) and split(typed) == (typed,)
    return typed if is_simple else f'"{typed}"'


def removed_by(kind: EntryKind, key: str, text: str) -> str:
    """An entry as it can be typed to remove it: an author whose name is `all` is not all of them."""
    is_mistakable = kind is EntryKind.AUTHOR and key in _ALL_OF_THEM
    return as_typed(f"{kind.value}:{text}" if is_mistakable and not is_marked(text) else text)


def mute_typed(mute: Mute) -> str:
    """What a mute is about, as it can be typed to mute or unmute it."""
    return ALL if mute.kind is None else removed_by(mute.kind, mute.key, mute.text)


def everything(text: str, user: UserState) -> ParsedEntry | None:
    """The entry for everything, if that is meant and the user is a channel."""
    return EVERYTHING if user.channel and text.strip().lower() in ("everything", "all") else None


def own_entry(text: str, user: UserState, names: AuthorNames) -> WatchEntry | None:
    """The user's entry that `text` means: as it would be read when it is added, or as an author, or with the mark that
    the only one with these words has."""
    if (all_of_it := everything(text, user)) is not None:
        return user.entry(all_of_it.kind, all_of_it.key)
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
    if entry.kind is EntryKind.EVERYTHING:
        return entry.text
    parsed = parse(entry.text)
    same = isinstance(parsed, ParsedEntry) and (parsed.kind, parsed.key) == (entry.kind, entry.key)
    if same and (
        entry.kind is not EntryKind.AUTHOR or is_marked(entry.text) or names.find(entry.text) == (entry.text,)
    ):
        return entry.text
    return f"{entry.kind.value}:{entry.text}" if not is_marked(entry.text) else entry.text
