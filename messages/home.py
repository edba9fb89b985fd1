"""What a person sees besides messages: the app's home, and forms. The notifier asks the WatchlistActor; nothing here
is durable, because the person sees whether it worked."""

from dataclasses import dataclass

from messages.commands import AnswerLine


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeItem:
    """One thing on a person's home: `text` as the person writes it, a `note` about it (perhaps empty), and the command
    that removes it."""

    text: str
    note: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeQuery:
    """Query: what does `user` watch, and when do they want notices?"""

    request_id: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeReply:
    """Reply to HomeQuery: the first entries and mutes, how many there are, the hours in words, and the time zone that
    counts. `is_new`: they have never watched or set anything."""

    request_id: str
    user: str
    is_new: bool
    entries: tuple[HomeItem, ...]
    entry_count: int
    mutes: tuple[HomeItem, ...]
    mute_count: int
    hours: tuple[AnswerLine, ...]
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCheck:
    """Query: would this command of `user` be refused? It is plain text, and changes nothing."""

    request_id: str
    user: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandChecked:
    """Reply to CommandCheck: why it would be, in a sentence or two; empty if it would not."""

    request_id: str
    refusal: str
