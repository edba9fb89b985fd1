"""What a server said of a file, and what was seen once and is not yet confirmed."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from actors.prober.model.http_dates import Appearance
from messages.drafts import Change
from messages.probing import DraftName, ProbeResult


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


def _strong(etag: str | None) -> str | None:
    return None if etag is None else etag.removeprefix("W/")
