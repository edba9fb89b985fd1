"""Which names of a number are worth probing, and how much less often than the most likely one."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from actors.prober.model import formats, names
from actors.prober.model.history import RevisionHistory
from actors.prober.model.numbers import KnownNumber, StrategyInputs
from actors.prober.schedule.strategy import CandidateNames
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName

SKIPPED_REVISION_AGE = timedelta(days=60)
"""A skipped revision may still appear for this long."""

SKIPPED_REVISIONS_BACK = 3
"""Only this many revisions below the newest may still appear."""

OTHER_FILE_SHARE = 0.02
"""How likely a skipped revision, or another file of a draft already found, is relative to the next revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Shares of drafts, between 0 and 1: those that skip a revision; those of new numbers named P instead of D; those
    in HTML; those that keep the format of the previous draft of their number."""

    skip: float
    published: float
    html: float
    kept: float


PRIOR_SHARES = Shares(skip=0.01, published=0.2, html=0.5, kept=0.9)
"""Assumed until drafts are found. Skips are as in the index (43 of 3,700), which says nothing about the others."""

PRIOR_REVISIONS = 200
PRIOR_DRAFTS = 20
"""`PRIOR_SHARES` counts for this many cases."""


def shares_of(history: RevisionHistory, found: Collection[Collection[DraftName]]) -> Shares:
    """What the revisions in the index and the files of the drafts found say."""
    revisions, skips = history.skips()
    files = [name for of in found for name in of]
    firsts = [name for name in files if name.revision == 0]
    kept, turns = map(sum, zip((0, 0), *(formats.turns(of) for of in found if len(of) > 1), strict=True))
    return Shares(
        skip=_share(skips, revisions, PRIOR_SHARES.skip, PRIOR_REVISIONS),
        published=_share(
            sum(name.prefix is DraftPrefix.P for name in firsts), len(firsts), PRIOR_SHARES.published, PRIOR_DRAFTS
        ),
        html=_share(
            sum(name.extension is Extension.HTML for name in files), len(files), PRIOR_SHARES.html, PRIOR_DRAFTS
        ),
        kept=_share(kept, turns, PRIOR_SHARES.kept, PRIOR_DRAFTS),
    )


SHARE_STEPS = 100
"""A share is a multiple of a hundredth."""


def is_plain(number: int, inputs: StrategyInputs) -> bool:
    """Whether a number has the same names as every known number with the same format, or as every unknown number."""
    known, found = inputs.known.get(number), inputs.found.get(number)
    if found and (known is None or max(name.revision for name in found) > known.newest):
        return False
    if inputs.awaited(number):
        return False
    return known is None or not _skipped(known, inputs)


def candidate_names(number: int, inputs: StrategyInputs, shares: Shares) -> CandidateNames:
    """The names of a number. A name half as likely is probed 1/√2 as often: the optimum for single names. Nothing is
    likelier than a revision that another paper names, as D or P and in any format."""
    known, found = inputs.known.get(number), inputs.found.get(number, frozenset[DraftName]())
    newest = -1 if known is None else known.newest
    latest = max((newest, *(name.revision for name in found)))
    revisions = [(latest + 1, 1.0), (latest + 2, shares.skip)]
    revisions += [(revision, OTHER_FILE_SHARE) for revision in range(newest + 1, latest + 1)]
    if known is not None:
        revisions += [(revision, OTHER_FILE_SHARE) for revision in _skipped(known, inputs)]
    prefixes = [(DraftPrefix.D, 1.0)]
    if known is None:
        prefixes = [(DraftPrefix.D, 1 - shares.published), (DraftPrefix.P, shares.published)]
    ahead, behind = _extensions(shares, inputs.formats.get(number)), _extensions(shares, None)
    options = [
        (DraftName(prefix=prefix, number=number, revision=revision, extension=extension), of * by * as_)
        for revision, of in revisions
        for prefix, by in prefixes
        for extension, as_ in (ahead if revision > latest else behind)
    ]
    if awaited := inputs.awaited(number):
        options = [(name, share) for name, share in options if name.revision not in awaited]
        options += [
            (DraftName(prefix=prefix, number=number, revision=revision, extension=extension), 1.0)
            for revision in awaited
            for prefix in DraftPrefix
            for extension in Extension
        ]
    options = [(name, share) for name, share in options if name not in found and name.revision <= names.REVISION_LIMIT]
    best = max((share for _, share in options), default=1.0)
    rarity = ((name, max(1, round(math.sqrt(best / share)))) for name, share in options)
    return tuple(sorted(rarity, key=lambda one: one[1]))


def _extensions(shares: Shares, before: Extension | None) -> tuple[tuple[Extension, float], ...]:
    """The shares of formats for the next draft of a number, after one in `before`."""
    html = shares.html if before is None else shares.kept if before is Extension.HTML else 1 - shares.kept
    return (Extension.PDF, 1 - html), (Extension.HTML, html)


def cost(of: CandidateNames) -> float:
    """HEADs per probe of the number, on average."""
    return sum(1 / every for _, every in of)


def _skipped(known: KnownNumber, inputs: StrategyInputs) -> list[int]:
    """Revisions that were skipped recently, and may still appear."""
    if known.dated is None or known.dated < inputs.today - SKIPPED_REVISION_AGE:
        return []
    newest = known.newest
    return [
        revision
        for revision in range(max(0, newest - SKIPPED_REVISIONS_BACK), newest)
        if revision not in known.revisions
    ]


def _share(happened: int, of: int, usual: float, imagined: int) -> float:
    """In steps, so that the plans of thousands of numbers do not change with each draft. Never 0 or 1: what was not
    seen yet may come."""
    return (
        min(SHARE_STEPS - 1, max(1, round((happened + usual * imagined) / (of + imagined) * SHARE_STEPS))) / SHARE_STEPS
    )
