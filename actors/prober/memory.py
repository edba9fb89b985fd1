"""What the prober holds in memory of its tables, but for what the agenda holds."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from actors.prober.frontier import frontier_of
from actors.prober.schedule import Circumstances, KnownNumber
from messages.drafts import Draft
from messages.probing import DraftName


@dataclass(slots=True, kw_only=True)
class Memory:
    """The numbers of the index, the drafts by id with their files by number, the watched numbers, the frontier.

    Owned by the prober, which changes it only after a commit.
    """

    known: dict[int, KnownNumber] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    found: dict[int, frozenset[DraftName]] = field(default_factory=dict)
    watched: set[int] = field(default_factory=set)
    frontier: int | None = None

    def learn_numbers(self, known: Mapping[int, KnownNumber]) -> None:
        """These numbers are now known as this."""
        self.known.update(known)
        self.frontier = frontier_of(self.known)

    def learn_drafts(self, drafts: Iterable[Draft]) -> None:
        """These drafts are new, or now like this."""
        for draft in drafts:
            self.drafts[draft.id] = draft
            files = {
                DraftName(prefix=draft.prefix, number=draft.number, revision=draft.revision, extension=file.extension)
                for file in draft.files
            }
            self.found[draft.number] = self.found.get(draft.number, frozenset()) | files

    def watch(self, added: Iterable[int], removed: Iterable[int]) -> None:
        """Numbers that got their first watcher, and numbers that lost their last."""
        self.watched.difference_update(removed)
        self.watched.update(added)

    def circumstances(self, today: date) -> Circumstances:
        """What a strategy may look at; good for this turn."""
        return Circumstances(
            known=self.known, found=self.found, watched=self.watched, frontier=self.frontier, today=today
        )

    def newest_drafts(self, limit: int, number: int | None = None) -> tuple[Draft, ...]:
        """The drafts found last, the newest first; of one number, or of all."""
        wanted = (draft for draft in self.drafts.values() if number is None or draft.number == number)
        return tuple(heapq.nlargest(limit, wanted, key=lambda draft: (draft.found_at, draft.id)))
