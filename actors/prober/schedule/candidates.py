"""Which of a number's names are worth asking, and how much more seldom than the likeliest of them."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from actors.prober.model import formats, names
from actors.prober.model.history import Past
from actors.prober.model.numbers import Circumstances, KnownNumber
from actors.prober.schedule.strategy import Weighted
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName

SKIPPED_WITHIN = timedelta(days=60)
"""A revision that was skipped may still follow for so long."""

SKIPPED_BACK = 3
"""Revisions below the newest that may still follow."""

OTHER_FILE = 0.02
"""How likely what was skipped, or another file of a draft already found, is, where the next revision is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How drafts divide: those that skip a revision, those of new numbers that carry P in place of D, those that come
    as HTML, and those that keep the format of their number's draft before. Each between 0 and 1."""

    skip: float
    published: float
    html: float
    kept: float


USUAL = Shares(skip=0.01, published=0.2, html=0.5, kept=0.9)
"""Assumed before anything was found. Skips as in the index (43 of 3,700); of prefixes and files it says nothing."""

IMAGINED_REVISIONS = 200
IMAGINED_DRAFTS = 20
"""How many cases `USUAL` counts for."""


def shares_of(past: Past, found: Collection[Collection[DraftName]]) -> Shares:
    """What the index's revisions and the files of the drafts found say."""
    revisions = skips = 0
    for entry in past.entries():
        if entry.revision and past.covers(entry.number, 0):
            revisions += 1
            skips += not past.covers(entry.number, entry.revision - 1)
    files = [name for of in found for name in of]
    firsts = [name for name in files if name.revision == 0]
    kept, turns = map(sum, zip((0, 0), *(formats.turns(of) for of in found if len(of) > 1), strict=True))
    return Shares(
        skip=_share(skips, revisions, USUAL.skip, IMAGINED_REVISIONS),
        published=_share(
            sum(name.prefix is DraftPrefix.P for name in firsts), len(firsts), USUAL.published, IMAGINED_DRAFTS
        ),
        html=_share(sum(name.extension is Extension.HTML for name in files), len(files), USUAL.html, IMAGINED_DRAFTS),
        kept=_share(kept, turns, USUAL.kept, IMAGINED_DRAFTS),
    )


STEPS = 100
"""A share is so many hundredths."""


def is_plain(number: int, circumstances: Circumstances) -> bool:
    """Whether a number has no names but those that every known number whose format is the same, or every unknown
    number, has."""
    known, found = circumstances.known.get(number), circumstances.found.get(number)
    if found and (known is None or max(name.revision for name in found) > known.newest):
        return False
    return known is None or not _skipped(known, circumstances)


def weighted(number: int, circumstances: Circumstances, shares: Shares) -> Weighted:
    """What a number can be asked for. A name half as likely is asked 1/√2 as often: the optimum for single names."""
    known, found = circumstances.known.get(number), circumstances.found.get(number, frozenset[DraftName]())
    newest = -1 if known is None else known.newest
    latest = max((newest, *(name.revision for name in found)))
    revisions = [(latest + 1, 1.0), (latest + 2, shares.skip)]
    revisions += [(revision, OTHER_FILE) for revision in range(newest + 1, latest + 1)]
    if known is not None:
        revisions += [(revision, OTHER_FILE) for revision in _skipped(known, circumstances)]
    prefixes = [(DraftPrefix.D, 1.0)]
    if known is None:
        prefixes = [(DraftPrefix.D, 1 - shares.published), (DraftPrefix.P, shares.published)]
    ahead, behind = _extensions(shares, circumstances.formats.get(number)), _extensions(shares, None)
    likely = [
        (DraftName(prefix=prefix, number=number, revision=revision, extension=extension), of * by * as_)
        for revision, of in revisions
        for prefix, by in prefixes
        for extension, as_ in (ahead if revision > latest else behind)
    ]
    likely = [(name, share) for name, share in likely if name not in found and name.revision <= names.REVISION_LIMIT]
    best = max((share for _, share in likely), default=1.0)
    seldom = ((name, max(1, round(math.sqrt(best / share)))) for name, share in likely)
    return tuple(sorted(seldom, key=lambda one: one[1]))


def _extensions(shares: Shares, before: Extension | None) -> tuple[tuple[Extension, float], ...]:
    """How drafts of a number divide into formats, the one before having come in `before`."""
    html = shares.html if before is None else shares.kept if before is Extension.HTML else 1 - shares.kept
    return (Extension.PDF, 1 - html), (Extension.HTML, html)


def cost(of: Weighted) -> float:
    """HEADs for an ask of the number, on the average."""
    return sum(1 / every for _, every in of)


def _skipped(known: KnownNumber, circumstances: Circumstances) -> list[int]:
    """Revisions that were left out of late, and may still follow."""
    if known.dated is None or known.dated < circumstances.today - SKIPPED_WITHIN:
        return []
    newest = known.newest
    return [revision for revision in range(max(0, newest - SKIPPED_BACK), newest) if revision not in known.revisions]


def _share(happened: int, of: int, usual: float, imagined: int) -> float:
    """In steps, so that the plans of thousands of numbers do not change with each draft. Never none or all: what was
    not seen yet may come."""
    return min(STEPS - 1, max(1, round((happened + usual * imagined) / (of + imagined) * STEPS))) / STEPS
