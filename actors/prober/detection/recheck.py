"""The second look: what the answers to rechecks say about observations and about the files of drafts.

Whatever was seen once, a file that appeared, changed or is gone, is an observation. It is checked again, and what is
seen the same way then is confirmed. A recheck without a conclusive answer (a throttle, a failure, a canary that was not
missing) decides nothing and is repeated later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actors.prober.detection import unsteady
from actors.prober.detection.looks import RecheckDelays, RecheckOutcome
from actors.prober.model import names
from actors.prober.model.http_dates import Recency
from actors.prober.model.observations import (
    FileFacts,
    Observation,
    ObservationKind,
    TrackedFile,
    Trust,
    completed,
    differences,
    facts_of,
)
from messages.drafts import Draft, DraftState
from messages.probing import DraftName, ProbeResult, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckResult:
    """Observations: `confirmed`; `seen`, which are new or still unconfirmed; and `dropped`. Files: `checked`, which are
    unchanged; and `unanswered`, whose answers were inconclusive."""

    confirmed: tuple[Observation, ...]
    seen: tuple[Observation, ...]
    dropped: tuple[DraftName, ...]
    checked: tuple[TrackedFile, ...]
    unanswered: tuple[DraftName, ...]


class RecheckCollector:
    """Collects the results of one batch into a `RecheckResult`."""

    def __init__(self, now: datetime, delays: RecheckDelays) -> None:
        self._now = now
        self._delays = delays
        self._confirmed: list[Observation] = []
        self._seen: list[Observation] = []
        self._dropped: list[DraftName] = []
        self._checked: list[TrackedFile] = []
        self._unanswered: list[DraftName] = []

    def result(self) -> RecheckResult:
        """What was collected."""
        return RecheckResult(
            confirmed=tuple(self._confirmed),
            seen=tuple(self._seen),
            dropped=tuple(self._dropped),
            checked=tuple(self._checked),
            unanswered=tuple(self._unanswered),
        )

    def recheck(
        self, observation: Observation, result: ProbeResult, tracked: TrackedFile | None, *, is_back: bool
    ) -> None:
        """A believed answer to the recheck of an observation; `is_back`: of a file of a withdrawn draft."""
        outcome, after = recheck(observation, result, tracked, self._now, self._delays, is_back=is_back)
        match outcome:
            case RecheckOutcome.CONFIRMED:
                self._confirmed.append(after)
            case RecheckOutcome.AGAIN:
                self._seen.append(after)
            case RecheckOutcome.DROPPED:
                self._dropped.append(observation.name)
                if tracked is not None:
                    self._checked.append(replace(tracked, checked_at=self._now))

    def postpone(self, observation: Observation) -> None:
        """An answer to the recheck of an observation that is not believed."""
        self._seen.append(postponed(observation, self._now, self._delays))

    def check_file(self, tracked: TrackedFile, result: ProbeResult, draft: Draft) -> None:
        """A believed answer about a file of a draft."""
        was_there = draft.state is not DraftState.WITHDRAWN
        match result.verdict:
            case Verdict.HIT:
                self._check_facts(tracked, facts_of(result), was_there)
            case Verdict.MISSING if was_there:
                self._seen.append(gone(tracked.name, self._now, self._delays))
            case Verdict.UNCHANGED | Verdict.MISSING:
                self._checked.append(replace(tracked, checked_at=self._now))
            case _:
                self._unanswered.append(tracked.name)

    def note_unanswered(self, tracked: TrackedFile) -> None:
        """An answer about a file that is not believed."""
        self._unanswered.append(tracked.name)

    def _check_facts(self, tracked: TrackedFile, facts: FileFacts, was_there: bool) -> None:
        if was_there and not differences(tracked.facts, facts):
            learnt = completed(tracked.facts, facts)
            self._checked.append(replace(tracked, facts=learnt, checked_at=self._now))
        else:
            self._seen.append(changed(tracked.name, facts, self._now, self._delays))


def recheck_all(
    results: Iterable[ProbeResult],
    believed: frozenset[Verdict],
    seen: Mapping[DraftName, Observation],
    tracked: Mapping[DraftName, TrackedFile],
    drafts: Mapping[str, Draft],
    now: datetime,
    delays: RecheckDelays,
) -> RecheckResult:
    """What the answers to rechecks say. `seen` are the observations so far. Names that are neither observations nor
    files of a draft any more are skipped."""
    collector = RecheckCollector(now, delays)
    for result in results:
        observation, file = seen.get(result.name), tracked.get(result.name)
        if observation is not None and result.verdict in believed:
            draft = drafts.get(names.draft_id(result.name))
            is_back = draft is not None and draft.state is DraftState.WITHDRAWN
            collector.recheck(observation, result, file, is_back=is_back)
        elif observation is not None:
            collector.postpone(observation)
        elif file is not None and result.verdict in believed:
            collector.check_file(file, result, drafts[names.draft_id(file.name)])
        elif file is not None:
            collector.note_unanswered(file)
    return collector.result()


def appeared(name: DraftName, facts: FileFacts, recency: Recency, now: datetime, delays: RecheckDelays) -> Observation:
    """An unknown file was found."""
    recheck_at = now + timedelta(seconds=delays.confirm)
    return Observation(
        name=name,
        kind=ObservationKind.APPEARED,
        facts=facts,
        recency=recency,
        first_at=now,
        recheck_at=recheck_at,
    )


def changed(name: DraftName, facts: FileFacts, now: datetime, delays: RecheckDelays) -> Observation:
    """A known file has changed, or is available again."""
    recheck_at = now + timedelta(seconds=delays.confirm)
    return Observation(
        name=name,
        kind=ObservationKind.CHANGED,
        facts=facts,
        recency=Recency.RECENT,
        first_at=now,
        recheck_at=recheck_at,
    )


def gone(name: DraftName, now: datetime, delays: RecheckDelays) -> Observation:
    """A known file is missing."""
    recheck_at = now + timedelta(seconds=delays.gone)
    return Observation(
        name=name, kind=ObservationKind.GONE, facts=None, recency=Recency.RECENT, first_at=now, recheck_at=recheck_at
    )


def quarantined(observation: Observation, now: datetime, delays: RecheckDelays) -> Observation:
    """It was confirmed, but together with too many others."""
    return replace(
        observation, trust=Trust.QUARANTINED, recheck_at=now + timedelta(seconds=delays.hold), failed_attempts=0
    )


def recheck(
    observation: Observation,
    result: ProbeResult,
    tracked: TrackedFile | None,
    now: datetime,
    delays: RecheckDelays,
    *,
    is_back: bool = False,
) -> tuple[RecheckOutcome, Observation]:
    """What a believed answer says about an observation, and the observation as it is then. `tracked` is the known file,
    None for one that appeared; `is_back` if its draft had been withdrawn."""
    if result.verdict is Verdict.HIT:
        if observation.kind is ObservationKind.APPEARED or tracked is None or is_back:
            return RecheckOutcome.CONFIRMED, replace(observation, facts=facts_of(result), failed_attempts=0)
        return _differs(observation, facts_of(result), tracked.facts, now, delays)
    match result.verdict:
        case Verdict.MISSING if observation.kind is ObservationKind.GONE:
            return RecheckOutcome.CONFIRMED, observation
        case Verdict.MISSING if tracked is not None:
            return RecheckOutcome.AGAIN, gone(observation.name, now, delays)
        case Verdict.MISSING:
            return RecheckOutcome.DROPPED, observation
        case _:
            return RecheckOutcome.AGAIN, postponed(observation, now, delays)


def postponed(observation: Observation, now: datetime, delays: RecheckDelays) -> Observation:
    """A recheck was inconclusive: the next one comes later, after doubling delays."""
    wait = min(delays.confirm * 2.0 ** min(observation.failed_attempts + 1, 30), max(delays.longest, delays.confirm))
    return replace(
        observation, failed_attempts=observation.failed_attempts + 1, recheck_at=now + timedelta(seconds=wait)
    )


def _differs(
    observation: Observation, facts: FileFacts, known: FileFacts, now: datetime, delays: RecheckDelays
) -> tuple[RecheckOutcome, Observation]:
    """The file is there, with these facts; `known` are those of before."""
    if observation.facts is not None:
        return unsteady.seen_again(observation, observation.facts, facts, known, now, delays)
    if differences(known, facts):
        return RecheckOutcome.AGAIN, changed(observation.name, facts, now, delays)
    return RecheckOutcome.DROPPED, observation
