"""What a command has to ask other actors. Pure values."""

from dataclasses import dataclass
from enum import Enum

from actors.watchlist.matching.mutes import Mute
from actors.watchlist.model.user_state import NoticeRecord
from messages.papers import PaperKind


class QuestionKind(Enum):
    """What other actors are asked for."""

    PAPER = "paper"
    RECENT = "recent"
    STATUS = "status"
    UPTIME = "uptime"
    WHY = "why"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyFacts:
    """What the watchlist itself knows of a user and the number `subject`: what they were told and what waits to be,
    newest first; the texts of their entries that match it now; whether it is muted; their time zone."""

    subject: str
    user: str
    told: tuple[NoticeRecord, ...]
    matching: tuple[str, ...]
    muted: Mute | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a command wants to know from others. `paper` and `number` of a PAPER; `limit` of RECENT; `why` of WHY."""

    kind: QuestionKind
    paper: PaperKind | None = None
    number: int = 0
    limit: int = 0
    why: WhyFacts | None = None
