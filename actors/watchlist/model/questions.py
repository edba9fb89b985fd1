"""What a command asks other actors, and the commands that wait for their replies. Pure values."""

from dataclasses import dataclass
from enum import Enum

from actors.watchlist.matching.mutes import Mute
from actors.watchlist.model.user_state import NoticeRecord
from messages.papers import PaperKind


class QuestionKind(Enum):
    """What other actors are asked for."""

    PAPER = "paper"
    RECENT = "recent"
    DRAFTS = "drafts"
    STATUS = "status"
    UPTIME = "uptime"
    WHY = "why"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyFacts:
    """What the watchlist itself knows of a user and the number `subject`: the user's notices about it, sent and
    waiting, newest first; the texts of their entries that match it now; the mute that covers it; their time zone; the
    channel that the user is, empty for a person."""

    subject: str
    user: str
    told: tuple[NoticeRecord, ...]
    matching: tuple[str, ...]
    muted: Mute | None
    zone: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a command asks other actors. `paper` and `number` belong to PAPER, `limit` to PAPER (0: all revisions),
    RECENT and DRAFTS, `why` to WHY, the others to CHANNEL: `by` gave the command `text` about a channel, in which
    `member` must be (empty: nobody need be).

    It is stored as JSON until it is answered: new fields need a default, and existing ones keep their names.
    """

    kind: QuestionKind
    paper: PaperKind | None = None
    number: int = 0
    limit: int = 0
    why: WhyFacts | None = None
    channel: str = ""
    text: str = ""
    member: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCommand:
    """A command that waits for other actors. `place` is its row in the table, and the order in which commands came."""

    place: int
    command_id: str
    user: str
    channel: str
    thread: str
    question: Question
