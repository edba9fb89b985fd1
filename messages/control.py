"""What the ControlActor accepts: replies of the actors to which it turned an operator's request. Not durable."""

from messages.commands import OperatorAnswer
from messages.dead_letters import DeadLetterSettled, DeadLettersListed
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.incidents import IncidentsAcknowledged, IncidentsListed
from messages.inquiries import AskRefused, NamesAsked, NumberExplained
from messages.papers import RecentPapersReply
from messages.switching import ProbingRefused, ProbingSwitched

CONTROL_ACCEPTS = frozenset(
    {
        AskRefused,
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
    }
)
