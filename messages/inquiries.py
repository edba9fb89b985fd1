"""What operators ask of the ProberActor: what it knows of a number, and to ask for a name now. Nothing is durable."""

from dataclasses import dataclass
from datetime import datetime

from messages.drafts import Draft
from messages.papers import Paper
from messages.probing import DraftName, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainNumber:
    """Query: what is known of a paper number, and when it is asked."""

    request_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing that makes a draft so many times as likely."""

    what: str
    times: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a number is asked as often as it is. `rule` in words; `hazard` in drafts a day, which is the usual rate of
    its kind times the `factors`, None where the rule knows none; `cost` in HEADs an ask, on the average."""

    rule: str
    hazard: float | None
    factors: tuple[Factor, ...]
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NameOutlook:
    """A name of a number: it is asked for at each `every`-th ask of the number; `missing_at` is when it was last given
    out and answered missing, None if it never was."""

    name: str
    every: int
    missing_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberExplained:
    """Reply to ExplainNumber. `newest` is the newest entry of the index, None of an unknown number; `strategy` by its
    name in the configuration. `interval` seconds between two asks, None for a number that is not asked; `asked_at` the
    last answer of all its names; `due_at` when it is due, None while it is being asked, `failed_at` when those of its
    names are asked again that were not answered. `sighted` are files that wait for another look, in words; `names` what
    is asked for; `reasons` why the host is not asked as usual."""

    request_id: str
    number: int
    newest: Paper | None
    revisions: tuple[int, ...]
    frontier: int | None
    watched: bool
    strategy: str
    why: Why | None
    interval: float | None
    asked_at: datetime | None
    due_at: datetime | None
    failed_at: datetime | None
    names: tuple[NameOutlook, ...]
    drafts: tuple[Draft, ...]
    sighted: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNames:
    """Command: ask for these names once, now, as if their turn had come."""

    request_id: str
    names: tuple[DraftName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAnswer:
    """What was answered for one name: None for a name that was not asked, since the host wanted no more. `error` in
    words what was wrong; `follows` in words what comes of it."""

    name: str
    verdict: Verdict | None
    status: int | None
    last_modified: datetime | None
    length: int | None
    error: str
    follows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesAsked:
    """Reply to AskNames. `requests` were sent, canaries included."""

    request_id: str
    answers: tuple[NameAnswer, ...]
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRefused:
    """Reply to AskNames: nothing was learnt; `detail` says why, in a sentence."""

    request_id: str
    detail: str
