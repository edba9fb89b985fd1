"""What a whole batch of answers means: what is believed, what is new, and who is asked again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from actors.prober.detection import drafts as drafting
from actors.prober.detection import quarantine, recheck
from actors.prober.detection.recheck import Looked, Patience, looked
from actors.prober.model.answers import Belief, Complaint, Tally
from actors.prober.model.http_dates import appearance
from actors.prober.model.numbers import KnownNumber
from actors.prober.model.observations import Kind, Sighting, Tracked, facts_of
from messages.drafts import Draft
from messages.papers import Paper
from messages.probing import DraftName, ProbeResult, ProbeResults, Verdict

_BELIEVED: Mapping[Belief, frozenset[Verdict]] = {
    Belief.BELIEVED: frozenset({Verdict.HIT, Verdict.MISSING, Verdict.UNCHANGED}),
    Belief.UNCONFIRMED: frozenset({Verdict.MISSING, Verdict.UNCHANGED}),
    Belief.LIED: frozenset(),
    Belief.UNHEARD: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the prober knows when it weighs a batch. `drafts` by id; `sightings` and `tracked` files by name;
    `predecessors` by number, at least for the numbers with hits; `missing_at` says when a name was last answered
    missing; `alert_within` seconds; `plausible` new drafts at once; `base_url` of the files."""

    drafts: Mapping[str, Draft]
    sightings: Mapping[DraftName, Sighting]
    tracked: Mapping[DraftName, Tracked]
    numbers: Mapping[int, KnownNumber]
    predecessors: Mapping[int, Paper]
    missing_at: Callable[[DraftName], datetime | None]
    alert_within: float
    plausible: int
    patience: Patience
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from a batch. Of names that the schedule asked for: those answered missing, those that seem to be
    there, those to be asked again. Of sightings: as they are now, and the names of those that are over. Of files: as
    they are now, and those whose answers say nothing. `absorbed` and `revised` drafts are to be stored, what is fresh,
    updated or withdrawn among them to be told. `tally` is for the pace."""

    belief: Belief
    missing: tuple[DraftName, ...]
    found: tuple[DraftName, ...]
    failed: tuple[DraftName, ...]
    seen: tuple[Sighting, ...]
    over: tuple[DraftName, ...]
    tracked: tuple[Tracked, ...]
    unanswered: tuple[DraftName, ...]
    absorbed: drafting.Absorbed
    revised: drafting.Revised
    tally: Tally
    complaint: Complaint | None

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All that are new or not as they were."""
        return (*self.absorbed.changed, *self.revised.changed)


def belief_in(batch: ProbeResults, before: Belief) -> Belief:
    """Whether the answers of a batch can be believed, after one that was believed like `before`: a host may stop lying
    between a hit and the canary, so hits are not believed in the first batch after a lie."""
    verdicts = {result.verdict for result in batch.results}
    if batch.canary is not None and batch.canary.verdict is Verdict.HIT:
        return Belief.LIED
    is_confirmed = batch.canary is not None and batch.canary.verdict is Verdict.MISSING and before is not Belief.LIED
    if Verdict.HIT in verdicts and not is_confirmed:
        return Belief.UNCONFIRMED
    return Belief.BELIEVED if verdicts & _BELIEVED[Belief.BELIEVED] else Belief.UNHEARD


def weigh(known: Known, batch: ProbeResults, looks: frozenset[DraftName], before: Belief, now: datetime) -> Decision:
    """The decision that a batch asks for. `looks` are the names in it that were looked at again, the others are those
    of the schedule; `before` is what was believed of the batch before it."""
    belief = belief_in(batch, before)
    believed = _BELIEVED[belief]
    asked = [result for result in batch.results if result.name not in looks]
    hits = [result for result in asked if result.verdict is Verdict.HIT and Verdict.HIT in believed]
    again = looked(
        (result for result in batch.results if result.name in looks),
        believed, known.sightings, known.tracked, known.drafts, now, known.patience,
    )  # fmt: skip
    seen = (*(_appeared(known, hit, now) for hit in hits), *again.seen)
    sifted = quarantine.sift(
        again.confirmed, _waiting(known, seen, again), known.drafts, known.plausible, now, known.patience
    )
    absorbed, revised, tracked = _effects(known, sifted.believed, now)
    return Decision(
        belief=belief,
        missing=tuple(
            result.name for result in asked if result.verdict is Verdict.MISSING and Verdict.MISSING in believed
        ),
        found=tuple(hit.name for hit in hits),
        failed=tuple(
            result.name for result in asked if result.verdict not in believed or result.verdict is Verdict.UNCHANGED
        ),
        seen=(*seen, *sifted.held),
        over=(*(sighting.name for sighting in sifted.believed), *again.dropped),
        tracked=(*again.checked, *tracked),
        unanswered=again.unanswered,
        absorbed=absorbed,
        revised=revised,
        tally=tally(batch),
        complaint=_complaint(batch),
    )


def tally(batch: ProbeResults) -> Tally:
    """The answers of a batch as the pace counts them. A lie is an answer: it is no reason to be slower."""
    answers = (*batch.results, batch.canary) if batch.canary else batch.results
    verdicts = [answer.verdict for answer in answers]
    waits = [answer.retry_after for answer in answers if answer.retry_after is not None]
    return Tally(
        answered=sum(verdicts.count(verdict) for verdict in _BELIEVED[Belief.BELIEVED]),
        throttled=verdicts.count(Verdict.THROTTLED),
        blocked=verdicts.count(Verdict.BLOCKED),
        errors=verdicts.count(Verdict.BROKEN) + verdicts.count(Verdict.SUSPICIOUS),
        retry_after=max(waits, default=None),
    )


def _complaint(batch: ProbeResults) -> Complaint | None:
    last = next((result for result in reversed(batch.results) if result.error), None)
    return None if last is None else Complaint(verdict=last.verdict, text=last.error)


def counters(batch: ProbeResults, decision: Decision) -> dict[str, int]:
    """What a batch adds to the counters that health shows."""
    return {
        "heads": len(batch.results),
        "requests": batch.requests,
        "hits": len(decision.found),
        "misses": len(decision.missing),
        "asked_again": len(decision.failed),
        "suspicious": sum(result.verdict is Verdict.SUSPICIOUS for result in batch.results),
        "drafts_updated": len(decision.revised.updates),
        "drafts_withdrawn": len(decision.revised.withdrawn),
        "worker_cpu_ms": round(batch.cpu * 1000),
    }


def _appeared(known: Known, hit: ProbeResult, now: datetime) -> Sighting:
    is_news = appearance(hit.last_modified, now=now, within=known.alert_within, missing_at=known.missing_at(hit.name))
    return recheck.appeared(hit.name, facts_of(hit), is_news, now, known.patience)


def _waiting(known: Known, seen: Iterable[Sighting], again: Looked) -> Iterable[Sighting]:
    """The sightings that are not confirmed, after the batch."""
    after = {**known.sightings, **{sighting.name: sighting for sighting in seen}}
    for name in (*(sighting.name for sighting in again.confirmed), *again.dropped):
        after.pop(name, None)
    return after.values()


def _effects(
    known: Known, confirmed: Iterable[Sighting], now: datetime
) -> tuple[drafting.Absorbed, drafting.Revised, tuple[Tracked, ...]]:
    """What sightings that are believed make of drafts and of files."""
    confirmed = tuple(confirmed)
    findings = [_finding(known, each) for each in confirmed if each.kind is Kind.APPEARED]
    others = [each for each in confirmed if each.kind is not Kind.APPEARED]
    absorbed = drafting.absorb(known.drafts, findings, known.numbers, known.predecessors)
    revised = drafting.revise(known.drafts, others, known.tracked, known.base_url)
    return absorbed, revised, tuple(_tracked(known, each, now) for each in confirmed)


def _finding(known: Known, sighting: Sighting) -> drafting.Finding:
    assert sighting.facts is not None, "a file that appeared was seen"
    return drafting.Finding(
        name=sighting.name,
        file=drafting.file_of(sighting.name, sighting.facts, known.base_url),
        appearance=sighting.appearance,
        at=sighting.first_at,
    )


def _tracked(known: Known, sighting: Sighting, now: datetime) -> Tracked:
    if sighting.facts is None:
        before = known.tracked[sighting.name]
        return Tracked(name=sighting.name, facts=before.facts, checked_at=now, changed_at=sighting.first_at)
    dated = sighting.facts.last_modified if sighting.kind is Kind.APPEARED else None
    changed_at = min(dated or sighting.first_at, sighting.first_at)
    return Tracked(name=sighting.name, facts=sighting.facts, checked_at=now, changed_at=changed_at)
