"""What the ControlActor accepts: replies of the actors to which it turned an operator's request. Not durable."""

from messages.commands import OperatorAnswer
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.inquiries import AskRefused, NamesAsked, NumberExplained
from messages.letters import LetterSettled, LettersListed
from messages.papers import RecentPapersReply
from messages.switching import ProbingRefused, ProbingSwitched

CONTROL_ACCEPTS = frozenset(
    {
        AskRefused,
        DraftsReply,
        HealthReply,
        LettersListed,
        LetterSettled,
        OperatorAnswer,
        NamesAsked,
        NumberExplained,
        ProbingRefused,
        ProbingSwitched,
        RecentPapersReply,
    }
)
