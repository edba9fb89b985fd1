"""What is known of a user when they give a command, and what is to become of it. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from actors.watchlist.matching.entries import EntryKind, WatchEntry
from actors.watchlist.matching.mutes import Mute
from messages.commands import Answer, Outcome, Preferences
from messages.notices import Notice
from messages.papers import PaperKind


class Asker(Enum):
    """Who gives the command. READER: the user, in Slack, where an answer can have buttons. OPERATOR: somebody else for
    the user, on a command line, where it cannot."""

    READER = "reader"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that the user was told: the notice, which of their entries matched, which stood only in the first words
    of its text, and when it was handed to the notifier. `at` None: it waits to be."""

    notice: Notice
    matched: tuple[str, ...]
    mentioned: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A user as they are: their entries oldest first, the mutes that hold, the way they are told (None: they never
    said); `asker` and `by` say who asks."""

    user: str
    asker: Asker
    by: str
    entries: tuple[WatchEntry, ...]
    mutes: tuple[Mute, ...]
    preferences: Preferences | None

    def entry(self, kind: EntryKind, key: str) -> WatchEntry | None:
        """The entry of theirs with this key."""
        return next((each for each in self.entries if each.key == key and each.kind is kind), None)


class QuestionKind(Enum):
    """What other actors are asked for."""

    PAPER = "paper"
    RECENT = "recent"
    STATUS = "status"
    UPTIME = "uptime"
    WHY = "why"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the watchlist itself knows of a user and the number `subject`: what they were told and what waits to be,
    newest first; the texts of their entries that match it now; whether it is muted; their time zone."""

    subject: str
    user: str
    told: tuple[Told, ...]
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
    why: Known | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a command does to a user. An unmute is a kind and a key."""

    add: tuple[WatchEntry, ...] = ()
    remove: tuple[tuple[EntryKind, str], ...] = ()
    mute: tuple[Mute, ...] = ()
    unmute: tuple[tuple[EntryKind | None, str], ...] = ()
    preferences: Preferences | None = None
    forget: bool = False


NO_CHANGES = Changes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a command: its answer, or what must be asked first (then `answer` is None)."""

    outcome: Outcome
    answer: Answer | None
    changes: Changes = NO_CHANGES
    question: Question | None = None


def done(answer: Answer, changes: Changes = NO_CHANGES) -> Decision:
    """It is done, and this is said."""
    return Decision(outcome=Outcome.DONE, answer=answer, changes=changes)


def refused(answer: Answer) -> Decision:
    """Nothing is changed, and this is said."""
    return Decision(outcome=Outcome.REFUSED, answer=answer)


def asking(question: Question) -> Decision:
    """Others must be asked."""
    return Decision(outcome=Outcome.DONE, answer=None, question=question)
