"""open-std.org's listings of papers: the root, this year, last year until March, and older years once."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b

import httpx

from actors.index.entries.difference import digest_of
from actors.index.fetch.client import FetchLimits, PageClient
from actors.index.fetch.source import in_turns, new_page
from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators, NotModified
from actors.index.model.pages import NewPage, PageState
from actors.index.model.records import Candidate, Reading
from actors.index.model.sources import OLDER_PAGE_SECONDS, OPEN_STD
from actors.index.open_std.listing import ListedPaper, read_listing
from actors.index.open_std.root import read_root
from messages.papers import PaperKind

ROOT = ""
"""The name of the root's page; the others are named by their years."""

LAST_MONTH_OF_LAST_YEAR = 3
"""Until the end of March the page of last year is fetched too."""

MOST_PAGE_BYTES = 2 << 20
"""The largest page has 311,000 characters; parsing so many bytes, which is one turn, takes 40 ms."""

COMPARED_AT_ONCE = 200
"""Rows between two pauses."""


class OpenStd:
    """The client of the `papers/` root at `url`; limits as in FetchLimits, `interval` in seconds."""

    def __init__(
        self, url: str, interval: float, limits: FetchLimits, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.name = OPEN_STD
        self.interval = interval
        self.older_interval = min(interval, OLDER_PAGE_SECONDS)
        self.is_first = False
        self._url = url
        bounded = replace(limits, max_bytes=min(limits.max_bytes, MOST_PAGE_BYTES))
        self._client = PageClient(url, bounded, accept="text/html", transport=transport)

    def pages(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """The root and the years whose pages change: of next year's only if it is listed."""
        years = _current(today) | ({today.year + 1} & _listed(known))
        return (ROOT, *map(str, sorted(years, reverse=True)))

    def older(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """The older years that were not fetched since they were over, newest first."""
        years = (year for year in _listed(known) - _current(today) if year < today.year)
        return tuple(str(year) for year in sorted(years, reverse=True) if not _is_final(known.get(str(year)), year))

    async def look(
        self, page: PageState, asked: IndexValidators, known: Mapping[str, int], today: date
    ) -> NotModified | FetchFailed | NewPage:
        """Fetch and read a page. A year that is not there yet has an empty page."""
        url = self._url if page.page == ROOT else f"{self._url}{page.page}/"
        fetched = await self._client.fetch(url, asked)
        if isinstance(fetched, FetchFailed) and fetched.is_missing and page.page != ROOT and not page.entries:
            nothing = Reading(candidates=(), valid=0, bad=0, examples=(), unknown=0)
            return NewPage(reading=nothing, candidates=(), validators=asked, is_quiet=True)
        if not isinstance(fetched, Fetched):
            return fetched
        if page.page == ROOT:
            return _root(fetched, url)
        reading = await in_turns(read_year(fetched.body, url, known))
        if reading.valid == 0 and reading.bad == 0 and b"<html" in fetched.body[:1000].lower():
            return NewPage(reading=reading, candidates=(), validators=fetched.validators, is_quiet=True)
        return new_page(reading, known, fetched.validators, is_quiet=not page.is_known)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _current(today: date) -> set[int]:
    return {today.year, today.year - (today.month <= LAST_MONTH_OF_LAST_YEAR)}


def _is_final(state: PageState | None, year: int) -> bool:
    """Whether the page of a year was looked at after the time in which it is in every round."""
    if state is None or state.checked_at is None:
        return False
    return state.checked_at.date() > date(year + 1, LAST_MONTH_OF_LAST_YEAR, 31)


def _listed(known: Mapping[str, PageState]) -> set[int]:
    return {int(year) for year in known[ROOT].hints} if ROOT in known else set()


def _root(fetched: Fetched, url: str) -> NewPage:
    years = tuple(dict.fromkeys(entry.year for entry in read_root(fetched.body, url)))
    reading = Reading(candidates=(), valid=len(years), bad=0, examples=(), unknown=0, hints=years)
    return NewPage(reading=reading, candidates=(), validators=fetched.validators, is_quiet=True)


def read_year(body: bytes, url: str, known: Mapping[str, int]) -> Generator[None, None, Reading]:
    """Read the page of a year against the fingerprints of the source's records, in steps. Standing documents are left
    out: each year's page has them, under the same ids."""
    listing = yield from read_listing(body, url)
    marks: dict[str, int] = {}
    candidates: list[Candidate] = []
    for place, (id, listed) in enumerate(listing.papers.items()):
        if listed.paper.kind is PaperKind.SD:
            continue
        marks[id] = _fingerprint(listed)
        if marks[id] != known.get(id):
            candidates.append(Candidate(paper=listed.paper, fingerprint=marks[id], is_announced=listed.is_linked))
        if place % COMPARED_AT_ONCE == 0:
            yield
    return Reading(
        candidates=tuple(candidates),
        valid=len(marks),
        bad=listing.bad,
        examples=(),
        unknown=0,
        ids=frozenset(marks),
        digest=digest_of(marks),
        mailings=listing.mailings,
        is_whole=listing.is_whole,
    )


def _fingerprint(listed: ListedPaper) -> int:
    """64 bits, signed, that differ when what the row says differs; the same in every process."""
    paper = listed.paper
    said = (
        paper.title, paper.authors, str(paper.date), paper.url, paper.audience, paper.mailing, paper.previous,
        paper.disposition, listed.is_linked,
    )  # fmt: skip
    return int.from_bytes(blake2b(repr(said).encode(), digest_size=8).digest(), "big", signed=True)
