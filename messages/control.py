"""What the ControlActor accepts: replies of the actors to which it turned an operator's request. Not durable."""

from messages.commands import OperatorAnswer
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.letters import LetterSettled, LettersListed
from messages.papers import RecentPapersReply
from messages.watching import WatchAdded, WatchesListed, WatchRefused, WatchRemoved

CONTROL_ACCEPTS = frozenset(
    {
        DraftsReply,
        HealthReply,
        LettersListed,
        LetterSettled,
        OperatorAnswer,
        RecentPapersReply,
        WatchAdded,
        WatchesListed,
        WatchRefused,
        WatchRemoved,
    }
)
