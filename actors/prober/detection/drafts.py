"""How found files become drafts, drafts change and go, and become papers. Everything here is told once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from actors.prober.model import names, wording
from actors.prober.model.http_dates import Appearance
from actors.prober.model.numbers import KnownNumber
from actors.prober.model.observations import Facts, Kind, Sighting, Tracked, Trust, differences
from messages.drafts import (
    Announcement,
    Change,
    Draft,
    DraftFile,
    DraftState,
    DraftUpdate,
    Extension,
    FileChange,
    Publication,
)
from messages.papers import Paper
from messages.probing import DraftName


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A file that lies in the papers folder, whether it is news, and when it was first seen."""

    name: DraftName
    file: DraftFile
    appearance: Appearance
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """`changed` are the drafts that are new or have a new file, as they are now; `fresh` those of them to announce."""

    changed: tuple[Draft, ...] = ()
    fresh: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """`changed` are the drafts whose files were replaced or are gone, as they are now; what to tell of them."""

    changed: tuple[Draft, ...] = ()
    updates: tuple[DraftUpdate, ...] = ()
    withdrawn: tuple[Draft, ...] = ()


def file_of(name: DraftName, facts: Facts, base_url: str) -> DraftFile:
    """The file that lies under a name in the folder."""
    return DraftFile(
        extension=name.extension,
        url=base_url + names.text_of(name),
        last_modified=facts.last_modified,
        length=facts.length,
    )


def absorb(
    drafts: Mapping[str, Draft],
    findings: Iterable[Finding],
    known: Mapping[int, KnownNumber],
    predecessors: Mapping[int, Paper],
) -> Absorbed:
    """Add files to drafts. The pdf and the html of one draft are one draft, announced once, in whichever order and
    however far apart they come. One whose P stands in the index already is remembered as published and not announced.

    `drafts` by id, at least those that `findings` belong to; `predecessors` by number.
    """
    changed: dict[str, Draft] = {}
    fresh: dict[str, None] = {}
    for finding in findings:
        key = names.draft_id(finding.name)
        before = changed.get(key) or drafts.get(key) or _new(finding, known, predecessors)
        if any(file.extension is finding.file.extension for file in before.files):
            continue
        changed[key] = _with_file(before, finding)
        if changed[key].announcement is not before.announcement:
            fresh[key] = None
    return Absorbed(changed=tuple(changed.values()), fresh=tuple(changed[key] for key in fresh))


def revise(
    drafts: Mapping[str, Draft],
    sightings: Iterable[Sighting],
    tracked: Mapping[DraftName, Tracked],
    base_url: str,
) -> Revised:
    """Replace files that changed and take away those that are gone. A draft without any file left is withdrawn, which
    is told if the draft was; it keeps the files that it had, and one of them lying there again is an update."""
    of_draft: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        of_draft.setdefault(names.draft_id(sighting.name), []).append(sighting)
    changed: list[Draft] = []
    updates: list[DraftUpdate] = []
    withdrawn: list[Draft] = []
    for key, theirs in of_draft.items():
        before = drafts[key]
        changes = tuple(change for each in theirs if (change := _change(before, each, tracked, base_url)))
        if not changes or before.state is DraftState.PUBLISHED:
            continue
        after = _after(before, changes)
        changed.append(after)
        if after.state is not DraftState.WITHDRAWN and not _is_the_servers_doing(theirs, changes):
            updates.append(DraftUpdate(draft=after, changes=changes, summary=wording.changes(changes)))
        elif after.state is DraftState.WITHDRAWN and before.announcement is Announcement.ANNOUNCED:
            withdrawn.append(after)
    return Revised(changed=tuple(changed), updates=tuple(updates), withdrawn=tuple(withdrawn))


def published_by(drafts: Iterable[Draft], papers: Iterable[Paper]) -> tuple[Publication, ...]:
    """The drafts that `papers` are the P of, matched by number and revision, whichever prefix they had, and whether
    they still lie there. Each published draft is told of once: one that is published already is not among them."""
    by_place = {(paper.number, names.revision_of(paper)): paper for paper in papers if names.is_numbered(paper)}
    return tuple(
        Publication(draft=replace(draft, state=DraftState.PUBLISHED), paper=paper)
        for draft in drafts
        if draft.state is not DraftState.PUBLISHED
        and (paper := by_place.get((draft.number, draft.revision))) is not None
    )


def _new(finding: Finding, known: Mapping[int, KnownNumber], predecessors: Mapping[int, Paper]) -> Draft:
    name = finding.name
    number = known.get(name.number)
    return Draft(
        id=names.draft_id(name),
        prefix=name.prefix,
        number=name.number,
        revision=name.revision,
        files=(),
        found_at=finding.at,
        announcement=Announcement.SILENT,
        state=DraftState.PUBLISHED if number and name.revision in number.revisions else DraftState.FOUND,
        predecessor=predecessors.get(name.number),
    )


def _with_file(draft: Draft, finding: Finding) -> Draft:
    # A draft found silently is announced after all when its other file is recent: something happened to it.
    is_news = finding.appearance is Appearance.RECENT and draft.state is not DraftState.PUBLISHED
    return replace(
        draft,
        files=_ordered((*_there(draft), finding.file)),
        state=DraftState.FOUND if draft.state is DraftState.WITHDRAWN else draft.state,
        announcement=Announcement.ANNOUNCED if is_news else draft.announcement,
    )


def _change(draft: Draft, sighting: Sighting, tracked: Mapping[DraftName, Tracked], base_url: str) -> FileChange | None:
    before = next((file for file in draft.files if file.extension is sighting.name.extension), None)
    if before is None:
        return None
    if sighting.kind is Kind.GONE or sighting.facts is None:
        return FileChange(what=(Change.GONE,), before=before, after=None)
    what = differences(tracked[sighting.name].facts, sighting.facts)
    if draft.state is DraftState.WITHDRAWN:
        what = (Change.BACK, *what)
    after = file_of(sighting.name, sighting.facts, base_url)
    return FileChange(what=what, before=before, after=after) if what else None


def _is_the_servers_doing(sightings: Iterable[Sighting], changes: Iterable[FileChange]) -> bool:
    """Nothing but ETags, of many drafts at once (they were held): the site was moved, and nobody wrote anything."""
    only_etags = all(change.what == (Change.VALIDATOR,) for change in changes)
    return only_etags and all(sighting.trust is Trust.HELD for sighting in sightings)


def _after(draft: Draft, changes: Iterable[FileChange]) -> Draft:
    by_extension = {change.before.extension: change.after for change in changes}
    there = [file for file in _there(draft) if file.extension not in by_extension]
    there += (file for file in by_extension.values() if file is not None)
    if not there:
        return replace(draft, state=DraftState.WITHDRAWN)
    return replace(draft, files=_ordered(there), state=DraftState.FOUND)


def _there(draft: Draft) -> tuple[DraftFile, ...]:
    return () if draft.state is DraftState.WITHDRAWN else draft.files


def _ordered(files: Iterable[DraftFile]) -> tuple[DraftFile, ...]:
    order = list(Extension)
    return tuple(sorted(files, key=lambda file: order.index(file.extension)))
