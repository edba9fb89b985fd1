"""What the prober holds in memory of its tables, but for what the agenda holds."""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from actors.prober.model import names
from actors.prober.model.formats import newest_format
from actors.prober.model.frontier import frontier_of
from actors.prober.model.history import Entry, Past
from actors.prober.model.numbers import Circumstances, KnownNumber
from actors.prober.model.observations import Sighting, Tracked
from messages.drafts import (
    Draft,
    DraftState,
    Extension,
)
from messages.probing import DraftName

MOST_DRAFTS = 500


@dataclass(slots=True, kw_only=True)
class Memory:
    """The numbers of the index, the drafts by id, their files and what was sighted by name, the names of both by
    number, the format of each number's newest one, the watched numbers, the frontier, dates.

    Owned by the prober, which changes it only after a commit.
    """

    known: dict[int, KnownNumber] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    tracked: dict[DraftName, Tracked] = field(default_factory=dict)
    sightings: dict[DraftName, Sighting] = field(default_factory=dict)
    found: dict[int, frozenset[DraftName]] = field(default_factory=dict)
    formats: dict[int, Extension] = field(default_factory=dict)
    watched: set[int] = field(default_factory=set)
    frontier: int | None = None
    past: Past = field(default_factory=Past)

    def learn_numbers(self, known: Mapping[int, KnownNumber]) -> None:
        """These numbers are now known as this."""
        self.known.update(known)
        self.frontier = frontier_of(self.known)

    def learn_entries(self, entries: Iterable[Entry]) -> None:
        """These revisions are dated so."""
        self.past.learn(entries)

    def learn_drafts(self, drafts: Iterable[Draft]) -> None:
        """These drafts are new, or now like this."""
        for draft in drafts:
            before = self.drafts.get(draft.id)
            self.drafts[draft.id] = draft
            there = {file.extension for file in draft.files}
            for file in before.files if before else ():
                if file.extension not in there:
                    name = names.file_name(draft, file.extension)
                    self.tracked.pop(name, None)
                    self._lost(name)
            self.learn_found(names.file_name(draft, extension) for extension in there)
            if not self.past.covers(draft.number, draft.revision):
                self.past.learn((_entry_of(draft),))

    def learn_files(self, tracked: Iterable[Tracked]) -> None:
        """These files are new, or were asked for again; those that no draft has any more are passed over."""
        for file in tracked:
            draft = self.drafts.get(names.draft_id(file.name))
            if draft is not None and any(each.extension is file.name.extension for each in draft.files):
                self.tracked[file.name] = file

    def learn_sightings(self, seen: Collection[Sighting], over: Iterable[DraftName]) -> None:
        """These sightings are new, or now like this; those of the names in `over` are over. After `learn_files`."""
        for name in over:
            if self.sightings.pop(name, None) is not None and name not in self.tracked:
                self._lost(name)
        for sighting in seen:
            self.sightings[sighting.name] = sighting
        self.learn_found(sighting.name for sighting in seen)

    def is_followed(self, name: DraftName) -> bool:
        """Whether there is a reason to look at a name again."""
        if name in self.sightings:
            return True
        return name in self.tracked and is_followed(self.draft_of(name), self.known)

    def draft_of(self, name: DraftName) -> Draft:
        """The draft that a file of ours belongs to."""
        return self.drafts[names.draft_id(name)]

    def learn_found(self, files: Iterable[DraftName]) -> None:
        """These files are there."""
        for file in files:
            self._set_found(file.number, self.found.get(file.number, frozenset()) | {file})

    def _lost(self, file: DraftName) -> None:
        self._set_found(file.number, self.found.get(file.number, frozenset()) - {file})

    def _set_found(self, number: int, files: frozenset[DraftName]) -> None:
        self.found[number] = files
        if (newest := newest_format(files)) is not None:
            self.formats[number] = newest
        else:
            self.formats.pop(number, None)

    def watch(self, added: Iterable[int], removed: Iterable[int]) -> None:
        """Numbers that got their first watcher, and numbers that lost their last."""
        self.watched.difference_update(removed)
        self.watched.update(added)

    def circumstances(self, today: date) -> Circumstances:
        """What a strategy may look at; good for this turn."""
        return Circumstances(
            known=self.known,
            found=self.found,
            watched=self.watched,
            frontier=self.frontier,
            today=today,
            past=self.past,
            formats=self.formats,
        )

    def newest_drafts(self, limit: int, number: int | None = None) -> tuple[Draft, ...]:
        """The drafts found last, of one number or of all, the newest first, as they are shown: `limit`, at most 500."""
        wanted = (draft for draft in self.drafts.values() if number is None or draft.number == number)
        newest = heapq.nlargest(min(limit, MOST_DRAFTS), wanted, key=lambda draft: (draft.found_at, draft.id))
        return tuple(map(without_text, newest))


def _entry_of(draft: Draft) -> Entry:
    """A draft counts as a revision of the day on which it was last changed, until the index dates it."""
    changed = [file.last_modified for file in draft.files if file.last_modified is not None]
    return Entry(
        number=draft.number,
        revision=draft.revision,
        day=max(changed, default=draft.found_at).date().toordinal(),
        authors=draft.authors,
    )


def is_followed(draft: Draft, known: Mapping[int, KnownNumber]) -> bool:
    """Whether its files are asked for again: it is still ahead of what the index has of its number."""
    number = known.get(draft.number)
    return draft.state is not DraftState.PUBLISHED and (number is None or draft.revision > number.newest)


def without_text(draft: Draft) -> Draft:
    """As it is shown: its first words are only for matching."""
    if draft.front_matter is None:
        return draft
    return replace(draft, front_matter=replace(draft.front_matter, text=""))
