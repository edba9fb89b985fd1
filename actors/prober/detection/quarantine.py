"""More of one kind at once than is plausible: a site that answers for everything in a way no canary shows, a folder
that was moved, a clock that was set. It is quarantined, and health says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from actors.prober.detection.looks import RecheckDelays
from actors.prober.detection.recheck import quarantined
from actors.prober.model import names
from actors.prober.model.http_dates import Recency
from actors.prober.model.observations import Observation, ObservationKind, Trust
from messages.drafts import Announcement, Draft

ANNOUNCED_WINDOW = timedelta(minutes=10)
"""Drafts that were announced within this time count together with those to be announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """`believed` observations take effect now; `quarantined` ones are checked once more later."""

    believed: tuple[Observation, ...]
    quarantined: tuple[Observation, ...]


def sift(
    confirmed: Iterable[Observation],
    others: Iterable[Observation],
    drafts: Mapping[str, Draft],
    plausible: int,
    now: datetime,
    delays: RecheckDelays,
) -> Sifted:
    """Quarantine what was confirmed if it concerns more than `plausible` drafts, counting what waits for its second
    look (`others`) and what was announced recently. While some of a kind are quarantined, more of it join them. What
    was quarantined and is confirmed again is believed."""
    confirmed, others = tuple(confirmed), tuple(others)
    believed = [each for each in confirmed if each.trust is Trust.QUARANTINED or not _is_news(each, drafts)]
    held: list[Observation] = []
    for kind in ObservationKind:
        ours = [each for each in confirmed if each not in believed and each.kind is kind]
        concerned = {
            names.draft_id(each.name) for each in (*ours, *others) if each.kind is kind and _is_news(each, drafts)
        }
        is_open = any(each.kind is kind and each.trust is Trust.QUARANTINED for each in (*others, *confirmed))
        is_appearance = bool(ours) and kind is ObservationKind.APPEARED
        recent = _announced_since(drafts, now - ANNOUNCED_WINDOW) if is_appearance else 0
        if not ours or not (is_open or len(concerned) + recent > plausible):
            believed += ours
            continue
        held += (quarantined(each, now, delays) for each in ours)
    return Sifted(believed=tuple(believed), quarantined=tuple(held))


def _is_news(observation: Observation, drafts: Mapping[str, Draft]) -> bool:
    draft = drafts.get(names.draft_id(observation.name))
    is_announced = draft is not None and draft.announcement is Announcement.ANNOUNCED
    match observation.kind:
        case ObservationKind.APPEARED:
            return observation.recency is Recency.RECENT and not is_announced
        case ObservationKind.CHANGED:
            return True
        case ObservationKind.GONE:
            return is_announced


def _announced_since(drafts: Mapping[str, Draft], since: datetime) -> int:
    return sum(
        1 for draft in drafts.values() if draft.found_at > since and draft.announcement is Announcement.ANNOUNCED
    )
