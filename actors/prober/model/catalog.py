"""What the prober knows about numbers, drafts and files: its tables in memory, apart from the schedule's."""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date

from actors.prober.model import names
from actors.prober.model.file_history import FileHistory
from actors.prober.model.formats import newest_format
from actors.prober.model.frontier import frontier_of
from actors.prober.model.history import DatedRevision, RevisionHistory
from actors.prober.model.mentions import REMEMBERED_DAYS, Mentions, mentioned
from actors.prober.model.numbers import KnownNumber, StrategyInputs
from actors.prober.model.observations import Observation, TrackedFile
from messages.drafts import Draft, DraftState, Extension
from messages.probing import DraftName

MAX_DRAFTS_LISTED = 500


@dataclass(slots=True, kw_only=True)
class Catalog:
    """`known` numbers of the index; `drafts` by id, without the text of their front matter, which may be long and is
    needed only for matching; `tracked` files and `observations` by name; by number, the names `found` of both and the
    format of the newest one; the `watched` numbers; the frontier; the dated `history` of the index;
    the `histories` of files that changed; the `mentions` of revisions in titles and in front matter.

    The prober owns one and changes it only after a commit.
    """

    known: dict[int, KnownNumber] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    tracked: dict[DraftName, TrackedFile] = field(default_factory=dict)
    observations: dict[DraftName, Observation] = field(default_factory=dict)
    found: dict[int, frozenset[DraftName]] = field(default_factory=dict)
    formats: dict[int, Extension] = field(default_factory=dict)
    watched: set[int] = field(default_factory=set)
    frontier: int | None = None
    history: RevisionHistory = field(default_factory=RevisionHistory)
    histories: dict[DraftName, FileHistory] = field(default_factory=dict)
    mentions: Mentions = field(default_factory=Mentions)

    def learn_numbers(self, known: Mapping[int, KnownNumber]) -> None:
        """Add numbers of the index, or replace what was known of them."""
        self.known.update(known)
        self.frontier = frontier_of(self.known)

    def learn_entries(self, entries: Iterable[DatedRevision]) -> None:
        """Add dated revisions, or replace their dates."""
        entries = tuple(entries)
        self.history.learn(entries)
        for entry in entries:
            if entry.mentions:
                self.mentions.add(entry.mentions, entry.day, by=entry.number)

    def learn_drafts(self, drafts: Iterable[Draft]) -> None:
        """Add drafts, or replace them."""
        for draft in drafts:
            before = self.drafts.get(draft.id)
            self.drafts[draft.id] = without_text(draft)
            self._learn_mentions(draft)
            extensions = {file.extension for file in draft.files}
            for file in before.files if before else ():
                if file.extension not in extensions:
                    name = names.file_name(draft, file.extension)
                    self.tracked.pop(name, None)
                    self._lost(name)
            self.learn_found(names.file_name(draft, extension) for extension in extensions)
            is_in_index = draft.revision in self._revisions_in_index(draft.number)
            if not (is_in_index and self.history.covers(draft.number, draft.revision)):
                self.history.learn((_revision_of(draft),))

    def changed_lately(self, today: date) -> list[str]:
        """The ids of the drafts whose mentions still count."""
        since = today.toordinal() - REMEMBERED_DAYS
        return [draft.id for draft in self.drafts.values() if _day_of(draft) >= since]

    def learn_mentions(self, texts: Mapping[str, str]) -> None:
        """Add what the texts of drafts name, by the id of the draft. Drafts that are not known are skipped."""
        for id_, text in texts.items():
            if (draft := self.drafts.get(id_)) is not None:
                self.mentions.add(mentioned(text), _day_of(draft), by=draft.number)

    def _learn_mentions(self, draft: Draft) -> None:
        if (matter := draft.front_matter) is not None:
            words = " ".join((matter.title, matter.abstract, matter.changes, matter.text))
            self.mentions.add(mentioned(words), _day_of(draft), by=draft.number)

    def _revisions_in_index(self, number: int) -> frozenset[int]:
        known = self.known.get(number)
        return known.revisions if known is not None else frozenset()

    def upload_hours(self) -> list[int]:
        """The hours (UTC) at which the files of drafts were uploaded, by their last modification."""
        return [
            file.last_modified.astimezone(UTC).hour
            for draft in self.drafts.values()
            for file in draft.files
            if file.last_modified is not None
        ]

    def learn_files(self, tracked: Iterable[TrackedFile]) -> None:
        """Add files, or what was last said of them. Files that no draft has any more are skipped."""
        for file in tracked:
            draft = self.drafts.get(names.draft_id(file.name))
            if draft is not None and any(each.extension is file.name.extension for each in draft.files):
                self.tracked[file.name] = file

    def learn_observations(self, seen: Collection[Observation], over: Iterable[DraftName]) -> None:
        """Add or replace observations, and drop those of the names in `over`. Call it after `learn_files`."""
        for name in over:
            if self.observations.pop(name, None) is not None and name not in self.tracked:
                self._lost(name)
        for observation in seen:
            self.observations[observation.name] = observation
        self.learn_found(observation.name for observation in seen)

    def learn_histories(self, histories: Iterable[FileHistory], over: Iterable[DraftName]) -> None:
        """Add or replace histories of files, and drop those of the names in `over`."""
        for name in over:
            self.histories.pop(name, None)
        self.histories.update((history.name, history) for history in histories)

    def is_rechecked(self, name: DraftName) -> bool:
        """Whether a name is to be checked again."""
        if name in self.observations:
            return True
        return name in self.tracked and is_ahead_of_index(self.draft_of(name), self.known)

    def draft_of(self, name: DraftName) -> Draft:
        """The draft that has this file."""
        return self.drafts[names.draft_id(name)]

    def learn_found(self, files: Iterable[DraftName]) -> None:
        """These files exist."""
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

    def inputs(self, today: date) -> StrategyInputs:
        """What a strategy may look at; valid for this turn."""
        return StrategyInputs(
            known=self.known,
            found=self.found,
            watched=self.watched,
            frontier=self.frontier,
            today=today,
            history=self.history,
            formats=self.formats,
            mentions=self.mentions,
        )

    def newest_drafts(self, limit: int, number: int | None = None) -> tuple[Draft, ...]:
        """The drafts found last, of one number or of all, newest first: `limit` of them, at most 500."""
        listed = (draft for draft in self.drafts.values() if number is None or draft.number == number)
        newest = heapq.nlargest(min(limit, MAX_DRAFTS_LISTED), listed, key=lambda draft: (draft.found_at, draft.id))
        return tuple(newest)


def is_ahead_of_index(draft: Draft, known: Mapping[int, KnownNumber]) -> bool:
    """Whether a draft is newer than everything the index has of its number. Only such drafts are checked again."""
    number = known.get(draft.number)
    return draft.state is not DraftState.PUBLISHED and (number is None or draft.revision > number.newest)


def without_text(draft: Draft) -> Draft:
    """The same draft without the first words of its front matter."""
    if draft.front_matter is None or not draft.front_matter.text:
        return draft
    return replace(draft, front_matter=replace(draft.front_matter, text=""))


def _revision_of(draft: Draft) -> DatedRevision:
    """A draft counts as a revision dated on the day it last changed, until the index dates it."""
    return DatedRevision(
        number=draft.number,
        revision=draft.revision,
        day=_day_of(draft),
        authors=draft.authors,
    )


def _day_of(draft: Draft) -> int:
    """The day on which a draft last changed."""
    changed = [file.last_modified for file in draft.files if file.last_modified is not None]
    return max(changed, default=draft.found_at).date().toordinal()
