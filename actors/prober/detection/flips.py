"""Files that go back and forth: between there and gone, two dates, two lengths. What such a file goes back to is not
announced again until it has stayed the same for a day. Pure.

A new state is announced at once, and so is the first time that a file is gone and the first time that it is back.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actors.prober.detection.drafts import Absorbed, Revised, file_of
from actors.prober.model import names, wording
from actors.prober.model.file_history import FileHistory, FileState
from actors.prober.model.observations import FileFacts, Observation, TrackedFile, differences
from messages.drafts import Announcement, Change, Draft, DraftState, DraftUpdate, FileChange
from messages.probing import DraftName

REMEMBERED = timedelta(days=7)
"""How long a state is remembered after it ended. What a file goes back to later is news."""

SETTLED_AFTER = timedelta(days=1)
"""A file that has stayed the same for so long has settled: if that was not announced, it is now."""

MAX_STATES = 20
"""States of one file that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DampedBatch:
    """What a batch announces, without what goes back and forth: as `absorbed` and `revised` say. `histories` of files
    are to be stored, those of the files that have `settled` are over."""

    absorbed: Absorbed
    revised: Revised
    histories: tuple[FileHistory, ...]
    settled: tuple[DraftName, ...]


def damped(
    known: Mapping[DraftName, FileHistory],
    confirmed: Iterable[Observation],
    tracked: Mapping[DraftName, TrackedFile],
    absorbed: Absorbed,
    revised: Revised,
    now: datetime,
) -> DampedBatch:
    """What a batch announces. The `confirmed` observations took effect as `absorbed` and `revised` say; `tracked` are
    the files as they were before."""
    confirmed = tuple(confirmed)
    histories: list[FileHistory] = []
    flips: set[DraftName] = set()
    for observation in confirmed:
        before = known.get(observation.name) or _begun(tracked.get(observation.name))
        if before is not None:
            if is_flip(before, observation.facts, now):
                flips.add(observation.name)
            histories.append(with_state(before, observation.facts, now))
    with_news = {names.draft_id(each.name) for each in confirmed if each.name not in flips}
    return DampedBatch(
        absorbed=replace(absorbed, updates=tuple(_without(absorbed.updates, flips))),
        revised=replace(
            revised,
            updates=tuple(_without(revised.updates, flips)),
            withdrawn=tuple(draft for draft in revised.withdrawn if draft.id in with_news),
        ),
        histories=tuple(histories),
        settled=(),
    )


def is_flip(history: FileHistory, facts: FileFacts | None, now: datetime) -> bool:
    """Whether a file goes back to what it was not long ago. `facts` are None when it is gone."""
    states = _recent(history, now)
    times_gone = sum(state.facts is None for state in states)
    if facts is None:
        return times_gone > 0
    if history.current.facts is None:
        return times_gone > 1
    return any(state.facts is not None and not differences(state.facts, facts) for state in states[:-1])


def with_state(history: FileHistory, facts: FileFacts | None, now: datetime) -> FileHistory:
    """The history with one more state."""
    states = (*_recent(history, now), FileState(facts=facts, at=now))
    if is_flip(history, facts, now):
        return replace(history, states=states[-MAX_STATES:], damped_since=history.damped_since or now)
    return replace(history, states=states[-MAX_STATES:], told=facts)


def settled(
    batch: DampedBatch,
    known: Mapping[DraftName, FileHistory],
    checked: Iterable[TrackedFile],
    drafts: Mapping[str, Draft],
    base_url: str,
    now: datetime,
) -> DampedBatch:
    """The batch with what is announced of files that were `checked`, are as they were, and have settled. A file that is
    gone is not checked any more if its draft has another: then that one stands for it."""
    names_checked = [file.name for file in checked]
    others = [other for name in names_checked for other in names.companions(name)]
    over = [
        history
        for name in dict.fromkeys((*names_checked, *others))
        if (history := known.get(name)) is not None and _has_settled(history, name in names_checked, now)
    ]
    updates: list[DraftUpdate] = []
    withdrawn: dict[str, Draft] = {}
    for history in over:
        draft = drafts[names.draft_id(history.name)]
        if draft.state is DraftState.WITHDRAWN and history.told is not None:
            withdrawn[draft.id] = draft
        elif (change := _untold(history, base_url)) is not None and draft.state is DraftState.FOUND:
            updates.append(DraftUpdate(draft=draft, changes=(change,), summary=wording.changes((change,))))
    gone = (draft for draft in withdrawn.values() if draft.announcement is Announcement.ANNOUNCED)
    return replace(
        batch,
        revised=replace(
            batch.revised,
            updates=(*batch.revised.updates, *updates),
            withdrawn=(*batch.revised.withdrawn, *gone),
        ),
        settled=tuple(history.name for history in over),
    )


def _has_settled(history: FileHistory, is_checked: bool, now: datetime) -> bool:
    return (
        now - history.current.at >= SETTLED_AFTER
        and (is_checked or history.current.facts is None)
        and (history.damped_since is not None or now - history.current.at >= REMEMBERED)
    )


def _untold(history: FileHistory, base_url: str) -> FileChange | None:
    """What was announced last and what the file has settled on; None if they are the same."""
    told, current = history.told, history.current.facts
    if current is None:
        if told is None:
            return None
        return FileChange(what=(Change.GONE,), before=file_of(history.name, told, base_url), after=None)
    after = file_of(history.name, current, base_url)
    if told is None:
        return FileChange(what=(Change.BACK,), before=after, after=after)
    what = differences(told, current)
    return FileChange(what=what, before=file_of(history.name, told, base_url), after=after) if what else None


def _begun(tracked: TrackedFile | None) -> FileHistory | None:
    """The history of a file that changes for the first time; None for a new one."""
    if tracked is None:
        return None
    states = (FileState(facts=tracked.facts, at=tracked.changed_at),)
    return FileHistory(name=tracked.name, states=states, told=tracked.facts)


def _recent(history: FileHistory, now: datetime) -> tuple[FileState, ...]:
    """The current state, and those that ended not long ago."""
    ends = [state.at for state in history.states[1:]]
    ended = (state for state, end in zip(history.states, ends, strict=False) if now - end < REMEMBERED)
    return (*ended, history.current)


def _without(updates: Iterable[DraftUpdate], flips: Container[DraftName]) -> Iterator[DraftUpdate]:
    for update in updates:
        left = tuple(
            change for change in update.changes if names.file_name(update.draft, change.before.extension) not in flips
        )
        if left:
            yield update if left == update.changes else replace(update, changes=left, summary=wording.changes(left))
