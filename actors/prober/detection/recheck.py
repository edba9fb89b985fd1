"""What the answers for names that are looked at again say: of sightings, and of the files of drafts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from actors.prober.model import names
from actors.prober.model.http_dates import Appearance
from actors.prober.model.observations import Facts, Kind, Sighting, Tracked, Trust, completed, differences, facts_of
from messages.drafts import Draft, DraftState
from messages.probing import DraftName, ProbeResult, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: `confirm` until the second look, `gone` until the second look at what is gone, `hold` until the next one
    at what is held, `longest` between two looks that tell nothing."""

    confirm: float
    gone: float
    hold: float
    longest: float


class Outcome(Enum):
    """What a look comes to. DROPPED: it was nothing, or passed."""

    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """`confirmed` sightings; `seen` those that are new or not confirmed yet, as they are now; `dropped` those that were
    nothing; `checked` the files that are as they were; `unanswered` files whose answers say nothing."""

    confirmed: tuple[Sighting, ...]
    seen: tuple[Sighting, ...]
    dropped: tuple[DraftName, ...]
    checked: tuple[Tracked, ...]
    unanswered: tuple[DraftName, ...]


class Books:
    """The entries of one batch, to be made into a `Looked`."""

    def __init__(self, now: datetime, patience: Patience) -> None:
        self._now = now
        self._patience = patience
        self._confirmed: list[Sighting] = []
        self._seen: list[Sighting] = []
        self._dropped: list[DraftName] = []
        self._checked: list[Tracked] = []
        self._unanswered: list[DraftName] = []

    def closed(self) -> Looked:
        """What was entered."""
        return Looked(
            confirmed=tuple(self._confirmed),
            seen=tuple(self._seen),
            dropped=tuple(self._dropped),
            checked=tuple(self._checked),
            unanswered=tuple(self._unanswered),
        )

    def look(self, sighting: Sighting, result: ProbeResult, tracked: Tracked | None) -> None:
        """An answer, which is believed, to a look at a sighting."""
        outcome, after = look(sighting, result, tracked, self._now, self._patience)
        match outcome:
            case Outcome.CONFIRMED:
                self._confirmed.append(after)
            case Outcome.AGAIN:
                self._seen.append(after)
            case Outcome.DROPPED:
                self._dropped.append(sighting.name)
                if tracked is not None:
                    self._checked.append(replace(tracked, checked_at=self._now))

    def look_in_vain(self, sighting: Sighting) -> None:
        """An answer to a look at a sighting that is not believed."""
        self._seen.append(in_vain(sighting, self._now, self._patience))

    def check(self, tracked: Tracked, result: ProbeResult, draft: Draft) -> None:
        """An answer, which is believed, to a question for a file of a draft."""
        was_there = draft.state is not DraftState.WITHDRAWN
        match result.verdict:
            case Verdict.HIT:
                self._check_facts(tracked, facts_of(result), was_there)
            case Verdict.MISSING if was_there:
                self._seen.append(gone(tracked.name, self._now, self._patience))
            case Verdict.UNCHANGED | Verdict.MISSING:
                self._checked.append(replace(tracked, checked_at=self._now))
            case _:
                self._unanswered.append(tracked.name)

    def check_in_vain(self, tracked: Tracked) -> None:
        """An answer to a question for a file that is not believed."""
        self._unanswered.append(tracked.name)

    def _check_facts(self, tracked: Tracked, facts: Facts, was_there: bool) -> None:
        if was_there and not differences(tracked.facts, facts):
            learnt = completed(tracked.facts, facts)
            self._checked.append(replace(tracked, facts=learnt, checked_at=self._now))
        else:
            self._seen.append(changed(tracked.name, facts, self._now, self._patience))


def looked(
    results: Iterable[ProbeResult],
    believed: frozenset[Verdict],
    seen: Mapping[DraftName, Sighting],
    tracked: Mapping[DraftName, Tracked],
    drafts: Mapping[str, Draft],
    now: datetime,
    patience: Patience,
) -> Looked:
    """What `results`, the answers for names that were looked at again, say: `seen` are the sightings so far. A name
    that is neither a sighting nor a draft's file any more is passed over."""
    books = Books(now, patience)
    for result in results:
        sighting, file = seen.get(result.name), tracked.get(result.name)
        if sighting is not None and result.verdict in believed:
            books.look(sighting, result, file)
        elif sighting is not None:
            books.look_in_vain(sighting)
        elif file is not None and result.verdict in believed:
            books.check(file, result, drafts[names.draft_id(file.name)])
        elif file is not None:
            books.check_in_vain(file)
    return books.closed()


def appeared(name: DraftName, facts: Facts, appearance: Appearance, now: datetime, patience: Patience) -> Sighting:
    """A file that was not known lies there."""
    look_at = now + timedelta(seconds=patience.confirm)
    return Sighting(name=name, kind=Kind.APPEARED, facts=facts, appearance=appearance, first_at=now, look_at=look_at)


def changed(name: DraftName, facts: Facts, now: datetime, patience: Patience) -> Sighting:
    """A file that is known is not as it was."""
    look_at = now + timedelta(seconds=patience.confirm)
    return Sighting(
        name=name, kind=Kind.CHANGED, facts=facts, appearance=Appearance.RECENT, first_at=now, look_at=look_at
    )


def gone(name: DraftName, now: datetime, patience: Patience) -> Sighting:
    """A file that is known does not lie there."""
    look_at = now + timedelta(seconds=patience.gone)
    return Sighting(name=name, kind=Kind.GONE, facts=None, appearance=Appearance.RECENT, first_at=now, look_at=look_at)


def held(sighting: Sighting, now: datetime, patience: Patience) -> Sighting:
    """It was confirmed, but with too many others."""
    return replace(sighting, trust=Trust.HELD, look_at=now + timedelta(seconds=patience.hold), vain=0)


def look(
    sighting: Sighting, result: ProbeResult, tracked: Tracked | None, now: datetime, patience: Patience
) -> tuple[Outcome, Sighting]:
    """What `result`, an answer that is believed, makes of the sighting; and the sighting as it is then. `tracked` is
    the file as it is known, None for one that appeared."""
    match result.verdict:
        case Verdict.HIT:
            return _seen(sighting, facts_of(result), tracked, now, patience)
        case Verdict.MISSING if sighting.kind is Kind.GONE:
            return Outcome.CONFIRMED, sighting
        case Verdict.MISSING if tracked is not None:
            return Outcome.AGAIN, gone(sighting.name, now, patience)
        case Verdict.MISSING:
            return Outcome.DROPPED, sighting
        case _:
            return Outcome.AGAIN, in_vain(sighting, now, patience)


def in_vain(sighting: Sighting, now: datetime, patience: Patience) -> Sighting:
    """A look has told nothing: the next one comes later, and ever later."""
    wait = min(patience.confirm * 2.0 ** min(sighting.vain + 1, 30), max(patience.longest, patience.confirm))
    return replace(sighting, vain=sighting.vain + 1, look_at=now + timedelta(seconds=wait))


def _seen(
    sighting: Sighting, facts: Facts, tracked: Tracked | None, now: datetime, patience: Patience
) -> tuple[Outcome, Sighting]:
    if sighting.kind is Kind.APPEARED or tracked is None:
        return Outcome.CONFIRMED, replace(sighting, facts=facts, vain=0)
    if sighting.kind is Kind.CHANGED and sighting.facts == facts:
        return Outcome.CONFIRMED, sighting
    if not differences(tracked.facts, facts):
        return Outcome.DROPPED, sighting
    return Outcome.AGAIN, changed(sighting.name, facts, now, patience)
