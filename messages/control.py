"""What the ControlActor accepts: replies of the actors to which it turned an operator's request, and the front's wish
to read the configuration again. Not durable."""

from messages.checks import CheckPaused, CheckRefused, ChecksListed, CheckWasRun
from messages.commands import OperatorAnswer
from messages.dead_letters import DeadLetterSettled, DeadLettersListed
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.incidents import IncidentsAcknowledged, IncidentsListed
from messages.inquiries import AskRefused, NamesAsked, NumberExplained
from messages.maintenance import MaintenanceListed
from messages.papers import RecentPapersReply
from messages.reading import ReportReply
from messages.reloading import ReloadRequested
from messages.sources import HeldPagesReply, PublicationsReply, RecipientsReply, SourcesReply
from messages.switching import ProbingRefused, ProbingSwitched
from messages.trace import TraceReply

CONTROL_ACCEPTS = frozenset(
    {
        AskRefused,
        CheckPaused,
        CheckRefused,
        MaintenanceListed,
        ChecksListed,
        CheckWasRun,
        DraftsReply,
        HealthReply,
        IncidentsAcknowledged,
        IncidentsListed,
        DeadLettersListed,
        DeadLetterSettled,
        OperatorAnswer,
        NamesAsked,
        NumberExplained,
        ProbingRefused,
        ProbingSwitched,
        RecentPapersReply,
        TraceReply,
        ReportReply,
        SourcesReply,
        HeldPagesReply,
        RecipientsReply,
        PublicationsReply,
        ReloadRequested,
    }
)
