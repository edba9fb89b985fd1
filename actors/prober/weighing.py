"""What a whole batch of answers means: what is believed, what is new, and who is asked again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from actors.prober import drafts as drafting
from actors.prober import names
from actors.prober.modified import appearance
from actors.prober.pace import Tally
from actors.prober.schedule import KnownNumber
from messages.drafts import Draft, DraftFile
from messages.papers import Paper
from messages.probing import DraftName, ProbeResult, ProbeResults, Verdict


class Belief(Enum):
    """LIED: the host has answered for a name that cannot exist, so nothing of the batch is believed. UNCONFIRMED: it
    has not said of that name that it is missing, so its hits are not believed. UNHEARD: no answer says anything."""

    BELIEVED = "believed"
    LIED = "lied"
    UNCONFIRMED = "unconfirmed"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the prober knows when it weighs a batch. `drafts` by id; `predecessors` by number, at least for the numbers
    with hits; `missing_at` says when a name was last answered missing; `alert_within` seconds; `base_url` of the files.
    """

    drafts: Mapping[str, Draft]
    numbers: Mapping[int, KnownNumber]
    predecessors: Mapping[int, Paper]
    missing_at: Callable[[DraftName], datetime | None]
    alert_within: float
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from a batch: names answered missing and names to be asked again, the drafts to store, the fresh
    ones among them to announce, and the tally for the pace."""

    belief: Belief
    missing: tuple[DraftName, ...]
    found: tuple[DraftName, ...]
    failed: tuple[DraftName, ...]
    absorbed: drafting.Absorbed
    tally: Tally
    last_error: str


def belief_in(batch: ProbeResults, before: Belief) -> Belief:
    """Whether the answers of a batch can be believed, after one that was believed like `before`: a host may stop lying
    between a hit and the canary, so hits are not believed in the first batch after a lie."""
    verdicts = {result.verdict for result in batch.results}
    if batch.canary is not None and batch.canary.verdict is Verdict.HIT:
        return Belief.LIED
    is_confirmed = batch.canary is not None and batch.canary.verdict is Verdict.MISSING and before is not Belief.LIED
    if Verdict.HIT in verdicts and not is_confirmed:
        return Belief.UNCONFIRMED
    return Belief.BELIEVED if verdicts & {Verdict.HIT, Verdict.MISSING} else Belief.UNHEARD


def weigh(known: Known, batch: ProbeResults, before: Belief, now: datetime) -> Decision:
    """The decision that a batch asks for; `before` is what was believed of the batch before it."""
    belief = belief_in(batch, before)
    believed = {
        Belief.BELIEVED: (Verdict.HIT, Verdict.MISSING),
        Belief.UNCONFIRMED: (Verdict.MISSING,),
        Belief.LIED: (),
        Belief.UNHEARD: (),
    }[belief]
    hits = [result for result in batch.results if result.verdict is Verdict.HIT and Verdict.HIT in believed]
    findings = [_finding(known, result, now) for result in hits]
    return Decision(
        belief=belief,
        missing=tuple(
            result.name for result in batch.results if result.verdict is Verdict.MISSING and Verdict.MISSING in believed
        ),
        found=tuple(result.name for result in hits),
        failed=tuple(result.name for result in batch.results if result.verdict not in believed),
        absorbed=drafting.absorb(known.drafts, findings, known.numbers, known.predecessors, now),
        tally=tally(batch),
        last_error=next((result.error for result in reversed(batch.results) if result.error), ""),
    )


def tally(batch: ProbeResults) -> Tally:
    """The answers of a batch as the pace counts them. A lie is an answer: it is no reason to be slower."""
    answers = (*batch.results, batch.canary) if batch.canary else batch.results
    verdicts = [answer.verdict for answer in answers]
    waits = [answer.retry_after for answer in answers if answer.retry_after is not None]
    return Tally(
        answered=verdicts.count(Verdict.HIT) + verdicts.count(Verdict.MISSING),
        throttled=verdicts.count(Verdict.THROTTLED),
        errors=verdicts.count(Verdict.ERROR),
        retry_after=max(waits, default=None),
    )


def _finding(known: Known, result: ProbeResult, now: datetime) -> drafting.Finding:
    return drafting.Finding(
        name=result.name,
        file=DraftFile(
            extension=result.name.extension,
            url=known.base_url + names.text_of(result.name),
            last_modified=result.last_modified,
            length=result.length,
        ),
        appearance=appearance(
            result.last_modified, now=now, within=known.alert_within, missing_at=known.missing_at(result.name)
        ),
    )
