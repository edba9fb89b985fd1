"""What was seen once and is not believed yet: a file that was not there before, one that changed, one that is gone.

Each sighting is looked at again; what is seen the same way then is confirmed. A look that tells nothing (a throttle, a
failure, a canary that was not missing) decides nothing: it is repeated later.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from actors.prober.model.http_dates import Appearance
from messages.drafts import Change
from messages.probing import DraftName, ProbeResult, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a server said of a file: the ETag, the date, the length in bytes; None for what it did not say."""

    etag: str | None
    last_modified: datetime | None
    length: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A file of a draft: what was said of it last, when it was last asked for, and when it last changed."""

    name: DraftName
    facts: Facts
    checked_at: datetime
    changed_at: datetime


class Kind(Enum):
    """Of a sighting."""

    APPEARED = "appeared"
    CHANGED = "changed"
    GONE = "gone"


class Trust(Enum):
    """PENDING: waits for its second look. HELD: was confirmed, but with more others than is plausible."""

    PENDING = "pending"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """`facts` as seen last, None of what is gone; `appearance` whether an appeared file is news; `first_at` when it was
    first seen; it is looked at again at `look_at`; `vain` looks, one after the other, have told nothing."""

    name: DraftName
    kind: Kind
    facts: Facts | None
    appearance: Appearance
    first_at: datetime
    look_at: datetime
    vain: int = 0
    trust: Trust = Trust.PENDING


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


def facts_of(result: ProbeResult) -> Facts:
    """Of a hit."""
    return Facts(etag=result.etag, last_modified=result.last_modified, length=result.length)


def differences(before: Facts, after: Facts) -> tuple[Change, ...]:
    """What is not the same, as far as both say something of it. A weak ETag equals its strong one."""
    pairs = (
        (Change.DATE, before.last_modified, after.last_modified),
        (Change.LENGTH, before.length, after.length),
        (Change.VALIDATOR, _strong(before.etag), _strong(after.etag)),
    )
    return tuple(change for change, was, now in pairs if was is not None and now is not None and was != now)


def completed(before: Facts, after: Facts) -> Facts:
    """`after`, and what only `before` knew."""
    return Facts(
        etag=after.etag or before.etag,
        last_modified=after.last_modified or before.last_modified,
        length=before.length if after.length is None else after.length,
    )


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


def _strong(etag: str | None) -> str | None:
    return None if etag is None else etag.removeprefix("W/")
