"""What the WatchlistActor accepts."""

from messages.channels import ChannelReply
from messages.commands import OperatorCommand, UserCommand
from messages.drafts import DraftsFound, DraftsPublished, DraftsRead, DraftsReply, DraftsUpdated, DraftsWithdrawn
from messages.health import HealthReply
from messages.home import CommandCheck, HomeQuery
from messages.notices import NoticeStatusReply
from messages.papers import (
    AllPapersReply,
    CaughtUp,
    MailingPublished,
    PaperReply,
    PapersAdded,
    PapersChanged,
    RecentPapersReply,
    YearOfPapersReply,
)
from messages.reading import MatchQuery
from messages.sources import RecipientsQuery

WATCHLIST_ACCEPTS = frozenset(
    {
        PapersAdded,
        PapersChanged,
        CaughtUp,
        MailingPublished,
        DraftsFound,
        DraftsRead,
        DraftsUpdated,
        DraftsWithdrawn,
        DraftsPublished,
        UserCommand,
        OperatorCommand,
        RecipientsQuery,
        HomeQuery,
        CommandCheck,
        PaperReply,
        YearOfPapersReply,
        AllPapersReply,
        RecentPapersReply,
        DraftsReply,
        HealthReply,
        NoticeStatusReply,
        MatchQuery,
        ChannelReply,
    }
)
