"""Watch entries, and what the WatchlistActor, which keeps them, accepts."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from messages.commands import OperatorCommand, UserCommand
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsReply, DraftsUpdated, DraftsWithdrawn
from messages.health import HealthReply
from messages.notices import FatesReply
from messages.papers import CaughtUp, PaperReply, PapersAdded, PapersChanged, RecentPapersReply, YearOfPapersReply


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
