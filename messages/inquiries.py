"""What operators ask the ProberActor: to explain a number, and to probe names now. Nothing is durable."""

from dataclasses import dataclass
from datetime import datetime

from messages.drafts import Draft
from messages.papers import Paper
from messages.probing import DraftName, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainNumber:
    """Query: what is known about a paper number, and when it is probed."""

    request_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing that makes a draft this many times as likely."""

    what: str
    times: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a number is probed as often as it is. `rule` in words; `hazard` in drafts per day, which is the usual rate of
    its kind times the `factors`, None if the rule has none; `cost` in HEADs per probe, on average."""

    rule: str
    hazard: float | None
    factors: tuple[Factor, ...]
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NameOutlook:
    """A name of a number: it is part of every `every`-th probe of the number, of none (0) if only an operator asked for
    it, or if it was probed earlier; `missing_at` is when it was sent that was last answered missing, None if it never
    was."""

    name: str
    every: int
    missing_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberExplained:
    """Reply to ExplainNumber. `newest` is the newest entry in the index, None for an unknown number; `strategy` is its
    name in the configuration. `interval` is the seconds between two probes, None if the number is not probed;
    `asked_at` when one of its names was last asked for, on the schedule or by an operator; `due_at` when it is due,
    None while it is being probed; `failed_at` when names without an answer are retried. `sighted` are files that await
    another look, in words; `names` is what is probed; `reasons` why the host is not probed as usual."""

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
    """Command: probe these names once, now, as if they were due."""

    request_id: str
    names: tuple[DraftName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAnswer:
    """The answer for one name; None for a name that was not sent, since the host wanted no more requests. `error` says
    what was wrong, `follows` what happens next, both in words."""

    name: str
    verdict: Verdict | None
    status: int | None
    last_modified: datetime | None
    length: int | None
    error: str
    follows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesAsked:
    """Reply to AskNames. `requests` were sent, including canaries."""

    request_id: str
    answers: tuple[NameAnswer, ...]
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRefused:
    """Reply to AskNames: there are no answers; `detail` says why, in a sentence."""

    request_id: str
    detail: str
