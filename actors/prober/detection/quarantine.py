"""More of one kind at once than is plausible: a site that answers for everything in a way that no canary shows, a
folder that was moved, a clock that was set. It is held, and is a reason for health."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from actors.prober.detection.recheck import Patience, held
from actors.prober.model import names
from actors.prober.model.http_dates import Appearance
from actors.prober.model.observations import Kind, Sighting, Trust
from messages.drafts import Announcement, Draft

WINDOW = timedelta(minutes=10)
"""Drafts that were announced within this time count with those that are to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """`believed` sightings have effect now; `held` are looked at once more."""

    believed: tuple[Sighting, ...]
    held: tuple[Sighting, ...]


def sift(
    confirmed: Iterable[Sighting],
    others: Iterable[Sighting],
    drafts: Mapping[str, Draft],
    plausible: int,
    now: datetime,
    patience: Patience,
) -> Sifted:
    """Hold what was confirmed if, with all that waits for its second look (`others`) and what was announced lately,
    more than `plausible` drafts are concerned. While some of a kind are held, more of it join them; what was held and
    is confirmed again is believed."""
    confirmed, others = tuple(confirmed), tuple(others)
    believed = [each for each in confirmed if each.trust is Trust.HELD or not _is_news(each, drafts)]
    kept: list[Sighting] = []
    for kind in Kind:
        ours = [each for each in confirmed if each not in believed and each.kind is kind]
        waiting = {
            names.draft_id(each.name) for each in (*ours, *others) if each.kind is kind and _is_news(each, drafts)
        }
        is_open = any(each.kind is kind and each.trust is Trust.HELD for each in (*others, *confirmed))
        lately = _announced_since(drafts, now - WINDOW) if ours and kind is Kind.APPEARED else 0
        if not ours or not (is_open or len(waiting) + lately > plausible):
            believed += ours
            continue
        kept += (held(each, now, patience) for each in ours)
    return Sifted(believed=tuple(believed), held=tuple(kept))


def _is_news(sighting: Sighting, drafts: Mapping[str, Draft]) -> bool:
    draft = drafts.get(names.draft_id(sighting.name))
    is_announced = draft is not None and draft.announcement is Announcement.ANNOUNCED
    match sighting.kind:
        case Kind.APPEARED:
            return sighting.appearance is Appearance.RECENT and not is_announced
        case Kind.CHANGED:
            return True
        case Kind.GONE:
            return is_announced


def _announced_since(drafts: Mapping[str, Draft], since: datetime) -> int:
    return sum(
        1 for draft in drafts.values() if draft.found_at > since and draft.announcement is Announcement.ANNOUNCED
    )
