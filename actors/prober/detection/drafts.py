"""How found files become drafts, how drafts change, disappear and become papers. Each of these is announced once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from actors.prober.model import names, wording
from actors.prober.model.http_dates import Recency
from actors.prober.model.numbers import KnownNumber
from actors.prober.model.observations import FileFacts, Observation, ObservationKind, TrackedFile, Trust, differences
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
class FoundFile:
    """A file in the papers folder, whether it is recent, and when it was first seen."""

    name: DraftName
    file: DraftFile
    recency: Recency
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """`changed` are the drafts that are new or have a new file. Of these, `fresh` are to be announced as found, and
    `updates` are withdrawn drafts that came back."""

    changed: tuple[Draft, ...] = ()
    fresh: tuple[Draft, ...] = ()
    updates: tuple[DraftUpdate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """`changed` are the drafts whose files were replaced or are gone; `updates` and `withdrawn` are to be announced."""

    changed: tuple[Draft, ...] = ()
    updates: tuple[DraftUpdate, ...] = ()
    withdrawn: tuple[Draft, ...] = ()


def file_of(name: DraftName, facts: FileFacts, base_url: str) -> DraftFile:
    """The file with this name in the folder."""
    return DraftFile(
        extension=name.extension,
        url=base_url + names.text_of(name),
        last_modified=facts.last_modified,
        length=facts.length,
    )


def absorb(
    drafts: Mapping[str, Draft],
    found: Iterable[FoundFile],
    known: Mapping[int, KnownNumber],
    predecessors: Mapping[int, Paper],
) -> Absorbed:
    """Add files to drafts. The pdf and the html of one draft are one draft and announced once, in whatever order and
    however far apart they come. A draft whose P is in the index already is stored as published and not announced. A
    file of a withdrawn draft that it did not have at the end brings the draft back, which is an update.

    `drafts` by id, at least those that `found` belongs to; `predecessors` by number.
    """
    changed: dict[str, Draft] = {}
    fresh: dict[str, None] = {}
    back: dict[str, list[FileChange]] = {}
    for each in found:
        key = names.draft_id(each.name)
        before = changed.get(key) or drafts.get(key) or _new(each, known, predecessors)
        if any(file.extension is each.file.extension for file in before.files):
            continue
        changed[key] = _with_file(before, each)
        if changed[key].announcement is not before.announcement:
            fresh[key] = None
        elif before.state is DraftState.WITHDRAWN:
            back[key] = [FileChange(what=(Change.BACK,), before=each.file, after=each.file)]
    return Absorbed(
        changed=tuple(changed.values()),
        fresh=tuple(changed[key] for key in fresh),
        updates=tuple(_update(changed[key], changes) for key, changes in back.items() if key not in fresh),
    )


def revise(
    drafts: Mapping[str, Draft],
    observations: Iterable[Observation],
    tracked: Mapping[DraftName, TrackedFile],
    base_url: str,
) -> Revised:
    """Replace files that changed and remove those that are gone. A draft without files is withdrawn, which is announced
    if the draft was. It keeps the files it had last; if one of them comes back, that is an update."""
    of_draft: dict[str, list[Observation]] = {}
    for observation in observations:
        of_draft.setdefault(names.draft_id(observation.name), []).append(observation)
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
            updates.append(_update(after, changes))
        elif after.state is DraftState.WITHDRAWN and before.announcement is Announcement.ANNOUNCED:
            withdrawn.append(after)
    return Revised(changed=tuple(changed), updates=tuple(updates), withdrawn=tuple(withdrawn))


def published_by(drafts: Iterable[Draft], papers: Iterable[Paper]) -> tuple[Publication, ...]:
    """The drafts that became `papers`: same number and revision, whatever the prefix, withdrawn or not. A draft that is
    already published is skipped, so each is announced once."""
    by_revision = {(paper.number, names.revision_of(paper)): paper for paper in papers if names.is_numbered(paper)}
    return tuple(
        Publication(draft=replace(draft, state=DraftState.PUBLISHED), paper=paper)
        for draft in drafts
        if draft.state is not DraftState.PUBLISHED
        and (paper := by_revision.get((draft.number, draft.revision))) is not None
    )


def _new(found: FoundFile, known: Mapping[int, KnownNumber], predecessors: Mapping[int, Paper]) -> Draft:
    name = found.name
    number = known.get(name.number)
    return Draft(
        id=names.draft_id(name),
        prefix=name.prefix,
        number=name.number,
        revision=name.revision,
        files=(),
        found_at=found.at,
        announcement=Announcement.SILENT,
        state=DraftState.PUBLISHED if number and name.revision in number.revisions else DraftState.FOUND,
        predecessor=predecessors.get(name.number),
    )


def _with_file(draft: Draft, found: FoundFile) -> Draft:
    # A draft that was found silently is announced after all if its other file is recent: something happened to it.
    is_news = found.recency is Recency.RECENT and draft.state is not DraftState.PUBLISHED
    return replace(
        draft,
        files=_ordered((*_present(draft), found.file)),
        state=DraftState.FOUND if draft.state is DraftState.WITHDRAWN else draft.state,
        announcement=Announcement.ANNOUNCED if is_news else draft.announcement,
    )


def _update(draft: Draft, changes: Iterable[FileChange]) -> DraftUpdate:
    changes = tuple(changes)
    return DraftUpdate(draft=draft, changes=changes, summary=wording.changes(changes))


def _change(
    draft: Draft, observation: Observation, tracked: Mapping[DraftName, TrackedFile], base_url: str
) -> FileChange | None:
    before = next((file for file in draft.files if file.extension is observation.name.extension), None)
    if before is None:
        return None
    if observation.kind is ObservationKind.GONE or observation.facts is None:
        return FileChange(what=(Change.GONE,), before=before, after=None)
    what = differences(tracked[observation.name].facts, observation.facts)
    if draft.state is DraftState.WITHDRAWN:
        what = (Change.BACK, *what)
    after = file_of(observation.name, observation.facts, base_url)
    return FileChange(what=what, before=before, after=after) if what else None


def _is_the_servers_doing(observations: Iterable[Observation], changes: Iterable[FileChange]) -> bool:
    """Only ETags changed, and of so many drafts at once that they were quarantined: the site moved, nobody wrote."""
    only_etags = all(change.what == (Change.VALIDATOR,) for change in changes)
    return only_etags and all(observation.trust is Trust.QUARANTINED for observation in observations)


def _after(draft: Draft, changes: Iterable[FileChange]) -> Draft:
    by_extension = {change.before.extension: change.after for change in changes}
    files = [file for file in _present(draft) if file.extension not in by_extension]
    files += (file for file in by_extension.values() if file is not None)
    if not files:
        return replace(draft, state=DraftState.WITHDRAWN)
    return replace(draft, files=_ordered(files), state=DraftState.FOUND)


def _present(draft: Draft) -> tuple[DraftFile, ...]:
    return () if draft.state is DraftState.WITHDRAWN else draft.files


def _ordered(files: Iterable[DraftFile]) -> tuple[DraftFile, ...]:
    order = list(Extension)
    return tuple(sorted(files, key=lambda file: order.index(file.extension)))
