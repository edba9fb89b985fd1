"""What a server said of a file, and what was seen once and is not yet confirmed."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from actors.prober.model.http_dates import Recency
from messages.drafts import Change
from messages.probing import DraftName, ProbeResult


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a server said of a file: its ETag, date and length in bytes; None for what it did not say."""

    etag: str | None
    last_modified: datetime | None
    length: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedFile:
    """A file of a draft: what the server last said of it, when it was last requested, and when it last changed."""

    name: DraftName
    facts: FileFacts
    checked_at: datetime
    changed_at: datetime


class ObservationKind(Enum):
    """The kind of an observation."""

    APPEARED = "appeared"
    CHANGED = "changed"
    GONE = "gone"


class Trust(Enum):
    """PENDING: awaits its second look. QUARANTINED: was confirmed, but with more others than is plausible."""

    PENDING = "pending"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Something seen once. `facts` as last seen, None for a file that is gone; `recency` says whether a file that
    appeared is news; `first_at` is when it was first seen; it is checked again at `recheck_at`; `failed_attempts`
    counts the last rechecks in a row that were inconclusive. Of a file that changed, `unsteady` is what was different
    from one look to the next, and `agreed` counts the last looks in a row that agreed on a change; these two are not
    stored, since after a restart the next looks show them again."""

    name: DraftName
    kind: ObservationKind
    facts: FileFacts | None
    recency: Recency
    first_at: datetime
    recheck_at: datetime
    failed_attempts: int = 0
    trust: Trust = Trust.PENDING
    unsteady: frozenset[Change] = frozenset()
    agreed: int = 0


UNSTEADY_LOOKS = 5
"""Looks that agree on nothing, after which a file counts as one that will not rest: a minute of them by default."""


def is_unsteady(observation: Observation) -> bool:
    """Whether the file looks different at each look, and has done so for a while."""
    return bool(observation.unsteady) and observation.failed_attempts >= UNSTEADY_LOOKS


def facts_of(result: ProbeResult) -> FileFacts:
    """The facts in a hit."""
    return FileFacts(etag=result.etag, last_modified=result.last_modified, length=result.length)


def differences(before: FileFacts, after: FileFacts) -> tuple[Change, ...]:
    """What differs, as far as both sides know it. A weak ETag equals its strong one."""
    pairs = (
        (Change.DATE, before.last_modified, after.last_modified),
        (Change.LENGTH, before.length, after.length),
        (Change.VALIDATOR, _strong(before.etag), _strong(after.etag)),
    )
    return tuple(change for change, was, now in pairs if was is not None and now is not None and was != now)


def completed(before: FileFacts, after: FileFacts) -> FileFacts:
    """`after`, with gaps filled from `before`."""
    return FileFacts(
        etag=after.etag or before.etag,
        last_modified=after.last_modified or before.last_modified,
        length=before.length if after.length is None else after.length,
    )


def _strong(etag: str | None) -> str | None:
    return None if etag is None else etag.removeprefix("W/")
