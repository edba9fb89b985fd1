"""Watch entries and the commands on them. Spoken with the WatchlistActor by whoever serves a user."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.commands import OperatorCommand, UserCommand
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsReply, DraftsUpdated, DraftsWithdrawn
from messages.health import HealthReply
from messages.notices import FatesReply
from messages.papers import (
    CaughtUp,
    PaperKind,
    PaperReply,
    PapersAdded,
    PapersChanged,
    RecentPapersReply,
    YearOfPapersReply,
)


class EntryKind(Enum):
    """AUTHOR: whole words of a name. NUMBER: one number of one kind (P and D share theirs). KIND: a whole kind that
    is news only for who asks for it (CWG, LWG, EWG, LEWG, FS, EDIT). TITLE: whole words of a title. AUDIENCE: a group
    of the committee to which a paper is addressed (LEWG, SG16)."""

    AUTHOR = "author"
    NUMBER = "number"
    KIND = "kind"
    TITLE = "title"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEntry:
    """One thing that a user watches.

    `key` is the folded form by which it is matched and told apart (`thomas koppe`, `P2300`, `LWG3022`, `CWG`, `SG16`);
    `text` is what the user wrote, trimmed; `added_by` is who added it (the user, or an operator).
    """

    user: str
    kind: EntryKind
    key: str
    text: str
    added_at: datetime
    added_by: str


class RefusalReason(Enum):
    """Why a watch command was refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_AN_ENTRY = "not_an_entry"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    BAD_USER = "bad_user"
    ALREADY_WATCHED = "already_watched"
    NOT_WATCHED = "not_watched"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddWatch:
    """Command: let `user` watch what `text` says."""

    request_id: str
    user: str
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveWatch:
    """Command: take the entry that `text` says from `user`."""

    request_id: str
    user: str
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWatches:
    """Query: all entries of `user`."""

    request_id: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAdded:
    """Reply to AddWatch."""

    request_id: str
    entry: WatchEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRemoved:
    """Reply to RemoveWatch."""

    request_id: str
    entry: WatchEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchesListed:
    """Reply to ListWatches, oldest first."""

    request_id: str
    entries: tuple[WatchEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRefused:
    """Reply to any of the commands: `detail` says to the user what was wrong and what would be right."""

    request_id: str
    reason: RefusalReason
    detail: str


ISSUE_KINDS = frozenset(
    {PaperKind.CWG, PaperKind.LWG, PaperKind.EWG, PaperKind.LEWG, PaperKind.FS, PaperKind.EDIT, PaperKind.SD}
)
"""Kinds that are news only for who watches that number or kind."""

WATCHLIST_ACCEPTS = frozenset(
    {
        PapersAdded,
        PapersChanged,
        CaughtUp,
        DraftsFound,
        DraftsRead,
        DraftsUpdated,
        DraftsWithdrawn,
        DraftsPublished,
        AddWatch,
        RemoveWatch,
        ListWatches,
        UserCommand,
        OperatorCommand,
        PaperReply,
        YearOfPapersReply,
        RecentPapersReply,
        DraftsReply,
        HealthReply,
        FatesReply,
    }
)
