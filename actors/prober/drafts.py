"""How found files become drafts, and drafts become papers. Everything here is told once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from actors.prober import names
from actors.prober.modified import Appearance
from actors.prober.schedule import KnownNumber
from messages.drafts import Announcement, Draft, DraftFile, DraftState, Extension
from messages.papers import Paper
from messages.probing import DraftName


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A draft whose P entered the index."""

    draft: Draft
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A file that lies in the papers folder, and whether it is news."""

    name: DraftName
    file: DraftFile
    appearance: Appearance


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """`changed` are the drafts that are new or have a new file, as they are now; `fresh` those of them to announce."""

    changed: tuple[Draft, ...] = ()
    fresh: tuple[Draft, ...] = ()


def absorb(
    drafts: Mapping[str, Draft],
    findings: Iterable[Finding],
    known: Mapping[int, KnownNumber],
    predecessors: Mapping[int, Paper],
    now: datetime,
) -> Absorbed:
    """Add files to drafts. The pdf and the html of one draft are one draft, announced once, in whichever order and
    however far apart they come. One whose P stands in the index already is remembered as published and not announced.

    `drafts` by id, at least those that `findings` belong to; `predecessors` by number.
    """
    changed: dict[str, Draft] = {}
    fresh: dict[str, None] = {}
    for finding in findings:
        key = names.draft_id(finding.name)
        before = changed.get(key) or drafts.get(key) or _new(finding.name, known, predecessors, now)
        if any(file.extension is finding.file.extension for file in before.files):
            continue
        changed[key] = _with_file(before, finding)
        if changed[key].announcement is not before.announcement:
            fresh[key] = None
    return Absorbed(changed=tuple(changed.values()), fresh=tuple(changed[key] for key in fresh))


def published_by(drafts: Iterable[Draft], papers: Iterable[Paper]) -> tuple[Publication, ...]:
    """The drafts that `papers` are the P of, matched by number and revision, whichever prefix they had. Each published
    draft is told of once: one that is published already is not among them."""
    by_place = {(paper.number, names.revision_of(paper)): paper for paper in papers if names.is_numbered(paper)}
    return tuple(
        Publication(draft=replace(draft, state=DraftState.PUBLISHED), paper=paper)
        for draft in drafts
        if draft.state is DraftState.FOUND and (paper := by_place.get((draft.number, draft.revision))) is not None
    )


def _new(name: DraftName, known: Mapping[int, KnownNumber], predecessors: Mapping[int, Paper], now: datetime) -> Draft:
    number = known.get(name.number)
    return Draft(
        id=names.draft_id(name),
        prefix=name.prefix,
        number=name.number,
        revision=name.revision,
        files=(),
        found_at=now,
        announcement=Announcement.SILENT,
        state=DraftState.PUBLISHED if number and name.revision in number.revisions else DraftState.FOUND,
        predecessor=predecessors.get(name.number),
    )


def _with_file(draft: Draft, finding: Finding) -> Draft:
    # A draft found silently is announced after all when its other file is recent: something happened to it.
    is_news = finding.appearance is Appearance.RECENT and draft.state is DraftState.FOUND
    order = list(Extension)
    return replace(
        draft,
        files=tuple(sorted((*draft.files, finding.file), key=lambda file: order.index(file.extension))),
        announcement=Announcement.ANNOUNCED if is_news else draft.announcement,
    )
