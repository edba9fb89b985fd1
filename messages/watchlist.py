"""What the WatchlistActor accepts."""

from messages.commands import OperatorCommand, UserCommand
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsReply, DraftsUpdated, DraftsWithdrawn
from messages.health import HealthReply
from messages.notices import NoticeStatusReply
from messages.papers import (
    AllPapersReply,
    CaughtUp,
    PaperReply,
    PapersAdded,
    PapersChanged,
    RecentPapersReply,
    YearOfPapersReply,
)

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
        AllPapersReply,
        RecentPapersReply,
        DraftsReply,
        HealthReply,
        NoticeStatusReply,
    }
)
