"""The requests to a site: the latest ones, and counts of all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

PAGE = 500
MOST_PAGES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One request and the status of its answer, 0 for none. `conditional`: it had a validator."""

    at: datetime
    verb: str
    name: str
    status: int
    agent: str = ""
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """`statuses` counts every request there was; the entries of the latest 50,000 or so are kept, in pages, so that an
    addition costs the same however long the journal is."""

    pages: tuple[tuple[JournalEntry, ...], ...] = ()
    page: tuple[JournalEntry, ...] = ()
    statuses: Mapping[int, int] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """The entries that are kept, the oldest first."""
        return tuple(entry for page in (*self.pages, self.page) for entry in page)

    def with_entry(self, entry: JournalEntry) -> "Journal":
        """The journal with one more."""
        statuses = {**self.statuses, entry.status: self.statuses.get(entry.status, 0) + 1}
        page = (*self.page, entry)
        if len(page) < PAGE:
            return Journal(pages=self.pages, page=page, statuses=statuses)
        return Journal(pages=(*self.pages, page)[-MOST_PAGES:], statuses=statuses)
