"""What a whole batch of answers means: what we believe, what is new, and what has to be requested again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from actors.prober.detection import drafts as drafting
from actors.prober.detection import flips, quarantine, recheck
from actors.prober.detection.looks import RecheckDelays
from actors.prober.detection.recheck import RecheckResult, recheck_all
from actors.prober.model.answers import AnswerTally, Belief, LastError
from actors.prober.model.file_history import FileHistory
from actors.prober.model.http_dates import recency_of
from actors.prober.model.numbers import KnownNumber
from actors.prober.model.observations import Observation, ObservationKind, TrackedFile, facts_of
from messages.drafts import Draft, DraftUpdate
from messages.papers import Paper
from messages.probing import DraftName, ProbeResult, ProbeResults, Verdict

_BELIEVED: Mapping[Belief, frozenset[Verdict]] = MappingProxyType(
    {
        Belief.BELIEVED: frozenset({Verdict.HIT, Verdict.MISSING, Verdict.UNCHANGED}),
        Belief.UNCONFIRMED: frozenset({Verdict.MISSING, Verdict.UNCHANGED}),
        Belief.CATCH_ALL: frozenset(),
        Belief.NO_ANSWER: frozenset(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationContext:
    """What the prober knows when it evaluates a batch. `drafts` by id; `observations` and `tracked` files by name;
    `predecessors` by number, at least for the numbers with hits; `missing_at` says when a name was last answered
    missing; `alert_within` in seconds; `plausible` is the most new drafts at once; `base_url` of the files;
    `histories` of those that changed."""

    drafts: Mapping[str, Draft]
    observations: Mapping[DraftName, Observation]
    tracked: Mapping[DraftName, TrackedFile]
    numbers: Mapping[int, KnownNumber]
    predecessors: Mapping[int, Paper]
    missing_at: Callable[[DraftName], datetime | None]
    alert_within: float
    plausible: int
    delays: RecheckDelays
    base_url: str
    histories: Mapping[DraftName, FileHistory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDecision:
    """What follows from a batch. Scheduled names: `missing`, `found` (seen once), and `failed` (to be requested again).
    Observations: `seen` as they are now, and the names of those that are `over`. Files: `tracked` as they are now, and
    those `unanswered`. The `absorbed` and `revised` drafts are to be stored, and announced as they say; `histories` of
    files are to be stored, those of `settled` files are over. `tally` is for the rate limiter."""

    belief: Belief
    missing: tuple[DraftName, ...]
    found: tuple[DraftName, ...]
    failed: tuple[DraftName, ...]
    seen: tuple[Observation, ...]
    over: tuple[DraftName, ...]
    tracked: tuple[TrackedFile, ...]
    unanswered: tuple[DraftName, ...]
    absorbed: drafting.Absorbed
    revised: drafting.Revised
    tally: AnswerTally
    last_error: LastError | None
    histories: tuple[FileHistory, ...] = ()
    settled: tuple[DraftName, ...] = ()

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All drafts that are new or changed, each once and as it is now."""
        return tuple({draft.id: draft for draft in (*self.revised.changed, *self.absorbed.changed)}.values())

    @property
    def updates(self) -> tuple[DraftUpdate, ...]:
        """All updates to be announced."""
        return (*self.absorbed.updates, *self.revised.updates)


def belief_in(probed: ProbeResults, before: Belief) -> Belief:
    """How far the answers of a batch can be believed. `before` is the belief in the previous batch: a catch-all may end
    between a hit and its canary, so hits are not believed in the first batch after one."""
    verdicts = {result.verdict for result in probed.results}
    if probed.canary is not None and probed.canary.verdict is Verdict.HIT:
        return Belief.CATCH_ALL
    is_confirmed = (
        probed.canary is not None and probed.canary.verdict is Verdict.MISSING and before is not Belief.CATCH_ALL
    )
    if Verdict.HIT in verdicts and not is_confirmed:
        return Belief.UNCONFIRMED
    return Belief.BELIEVED if verdicts & _BELIEVED[Belief.BELIEVED] else Belief.NO_ANSWER


def evaluate(
    known: EvaluationContext, probed: ProbeResults, rechecks: frozenset[DraftName], before: Belief, now: datetime
) -> BatchDecision:
    """What follows from a batch. `rechecks` are the names in it that were requested again, the others were scheduled;
    `before` is the belief in the previous batch."""
    belief = belief_in(probed, before)
    believed = _BELIEVED[belief]
    asked = [result for result in probed.results if result.name not in rechecks]
    hits = [result for result in asked if result.verdict is Verdict.HIT and Verdict.HIT in believed]
    again = recheck_all(
        (result for result in probed.results if result.name in rechecks),
        believed, known.observations, known.tracked, known.drafts, now, known.delays,
    )  # fmt: skip
    seen = (*(_appeared(known, hit, now) for hit in hits), *again.seen)
    sifted = quarantine.sift(
        again.confirmed, _waiting(known, seen, again), known.drafts, known.plausible, now, known.delays
    )
    absorbed, revised, tracked = _effects(known, sifted.believed, now)
    news = flips.damped(known.histories, sifted.believed, known.tracked, absorbed, revised, now)
    news = flips.settled(news, known.histories, again.checked, known.drafts, known.base_url, now)
    return BatchDecision(
        belief=belief,
        missing=tuple(
            result.name for result in asked if result.verdict is Verdict.MISSING and Verdict.MISSING in believed
        ),
        found=tuple(hit.name for hit in hits),
        failed=tuple(
            result.name for result in asked if result.verdict not in believed or result.verdict is Verdict.UNCHANGED
        ),
        seen=(*seen, *sifted.quarantined),
        over=(*(observation.name for observation in sifted.believed), *again.dropped),
        tracked=(*again.checked, *tracked),
        unanswered=again.unanswered,
        absorbed=news.absorbed,
        revised=news.revised,
        histories=news.histories,
        settled=news.settled,
        tally=tally(probed),
        last_error=_last_error(probed),
    )


def tally(probed: ProbeResults) -> AnswerTally:
    """The answers of a batch as the rate limiter counts them. A catch-all answer counts: no reason to slow down."""
    answers = (*probed.results, probed.canary) if probed.canary else probed.results
    verdicts = [answer.verdict for answer in answers]
    waits = [answer.retry_after for answer in answers if answer.retry_after is not None]
    return AnswerTally(
        answered=sum(verdicts.count(verdict) for verdict in _BELIEVED[Belief.BELIEVED]),
        throttled=verdicts.count(Verdict.THROTTLED),
        blocked=verdicts.count(Verdict.BLOCKED),
        errors=verdicts.count(Verdict.BROKEN) + verdicts.count(Verdict.SUSPICIOUS),
        retry_after=max(waits, default=None),
    )


def _last_error(probed: ProbeResults) -> LastError | None:
    last = next((result for result in reversed(probed.results) if result.error), None)
    return None if last is None else LastError(verdict=last.verdict, text=last.error)


def counters(probed: ProbeResults, decision: BatchDecision) -> dict[str, int]:
    """What a batch adds to the counters in health."""
    return {
        "heads": len(probed.results),
        "requests": probed.requests,
        "hits": len(decision.found),
        "misses": len(decision.missing),
        "asked_again": len(decision.failed),
        "suspicious": sum(result.verdict is Verdict.SUSPICIOUS for result in probed.results),
        "drafts_updated": len(decision.updates),
        "drafts_withdrawn": len(decision.revised.withdrawn),
        "worker_cpu_ms": round(probed.cpu * 1000),
    }


def _appeared(known: EvaluationContext, hit: ProbeResult, now: datetime) -> Observation:
    is_news = recency_of(hit.last_modified, now=now, within=known.alert_within, missing_at=known.missing_at(hit.name))
    return recheck.appeared(hit.name, facts_of(hit), is_news, now, known.delays)


def _waiting(known: EvaluationContext, seen: Iterable[Observation], again: RecheckResult) -> Iterable[Observation]:
    """The observations that are still unconfirmed after the batch."""
    after = {**known.observations, **{observation.name: observation for observation in seen}}
    for name in (*(observation.name for observation in again.confirmed), *again.dropped):
        after.pop(name, None)
    return after.values()


def _effects(
    known: EvaluationContext, confirmed: Iterable[Observation], now: datetime
) -> tuple[drafting.Absorbed, drafting.Revised, tuple[TrackedFile, ...]]:
    """What believed observations mean for drafts and files. Files are added to the drafts as revised, so that one batch
    may do both to the same draft."""
    confirmed = tuple(confirmed)
    found = [_found_file(known, each) for each in confirmed if each.kind is ObservationKind.APPEARED]
    others = [each for each in confirmed if each.kind is not ObservationKind.APPEARED]
    revised = drafting.revise(known.drafts, others, known.tracked, known.base_url)
    drafts = {**known.drafts, **{draft.id: draft for draft in revised.changed}}
    absorbed = drafting.absorb(drafts, found, known.numbers, known.predecessors)
    return absorbed, revised, tuple(_tracked(known, each, now) for each in confirmed)


def _found_file(known: EvaluationContext, observation: Observation) -> drafting.FoundFile:
    assert observation.facts is not None, "a file that appeared was seen"
    return drafting.FoundFile(
        name=observation.name,
        file=drafting.file_of(observation.name, observation.facts, known.base_url),
        recency=observation.recency,
        at=observation.first_at,
    )


def _tracked(known: EvaluationContext, observation: Observation, now: datetime) -> TrackedFile:
    if observation.facts is None:
        before = known.tracked[observation.name]
        return TrackedFile(name=observation.name, facts=before.facts, checked_at=now, changed_at=observation.first_at)
    dated = observation.facts.last_modified if observation.kind is ObservationKind.APPEARED else None
    changed_at = min(dated or observation.first_at, observation.first_at)
    return TrackedFile(name=observation.name, facts=observation.facts, checked_at=now, changed_at=changed_at)
