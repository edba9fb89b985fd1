"""The committee's paper tracker: issues on GitHub, one for each paper, whose labels name groups and states."""

import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b

import httpx
import msgspec
from msgspec import UNSET, UnsetType

from actors.index.entries.decoding import clean_text
from actors.index.entries.difference import BAD_SHOWN, digest_of
from actors.index.fetch.client import FetchLimits, PageClient
from actors.index.fetch.source import in_turns, new_page
from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators, NotModified
from actors.index.model.pages import NewPage, PageState
from actors.index.model.records import BadEntry, Candidate, Reading
from actors.index.model.sources import PAPER_TRACKER
from actors.index.open_std.values import clean, paper_id
from messages.papers import Paper, PaperKind

ISSUES_PER_PAGE = 100
MOST_PAGES = 200
MOST_PAGE_BYTES = 8 << 20
FIRST = "1"

LARGEST_NUMBER = 99_999

_GROUP = re.compile(
    r"(?:L?EWG(?:[ -]?I)?|CWG|LWG|DG|ARG|SG[ _-]?0*[1-9][0-9]?|study group 0*[1-9][0-9]?|WG[ _-]?[0-9]{2}"
    r"|(?:library[ -])?evolution)(?=$|[ :,(/])"
    r"|(?:core|library)(?: language)?(?: working group| wg)?$|all of wg ?21$|(?:direction|abi review)[ -]group$",
    re.IGNORECASE,
)
"""How labels begin that name a group; the others are states."""

_KIND = re.compile(r"(?:sub-?)?group\s?[:/]\s?", re.IGNORECASE)
"""What may stand before a group."""

_PAGE = re.compile(r"[?&]page=([0-9]{1,6})(?:&|$)")


class _Label(msgspec.Struct, frozen=True):
    name: str | None = None


class _Issue(msgspec.Struct, frozen=True):
    title: str | None = None
    labels: tuple[_Label | str | None, ...] | None = ()
    pull_request: msgspec.Raw | UnsetType = UNSET


_issue = msgspec.json.Decoder(_Issue)


class PaperTracker:
    """The client of the issues at `url`; limits as in FetchLimits, `interval` in seconds. A round is at most two
    requests: the issues that changed last, and one page of older ones."""

    def __init__(
        self,
        url: str,
        interval: float,
        limits: FetchLimits,
        token: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = PAPER_TRACKER
        self.interval = interval
        self.older_interval = interval
        self.is_first = False
        self._url = url
        bounded = replace(limits, max_bytes=min(limits.max_bytes, MOST_PAGE_BYTES))
        accept = "application/vnd.github+json"
        self._client = PageClient(url, bounded, accept=accept, token=token, transport=transport)

    def pages(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """The issues that changed last."""
        return (FIRST,)

    def older(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        """The next page that was never fetched; when there is none, the one that was not looked at for longest. More
        issues may change between two rounds than the first page has."""
        listed = {hint for state in known.values() for hint in state.hints}
        if unknown := sorted(int(hint) for hint in listed - known.keys()):
            return tuple(map(str, unknown))
        others = [state for page, state in known.items() if page != FIRST and page in listed]
        return tuple(state.page for state in sorted(others, key=_last_look))

    async def look(
        self, page: PageState, asked: IndexValidators, known: Mapping[str, int], today: date
    ) -> NotModified | FetchFailed | NewPage:
        """Fetch and read a page of issues."""
        separator = "&" if "?" in self._url else "?"
        query = f"state=all&sort=updated&direction=desc&per_page={ISSUES_PER_PAGE}&page={page.page}"
        fetched = await self._client.fetch(f"{self._url}{separator}{query}", asked)
        if not isinstance(fetched, Fetched):
            return fetched
        try:
            reading = await in_turns(read_issues(fetched.body, int(page.page), known, fetched.following))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return FetchFailed(reason=f"not a list of issues: {error}")
        if not reading.ids and not reading.bad:
            return NewPage(
                reading=reading, candidates=(), validators=fetched.validators, is_quiet=True, pause=fetched.pause
            )
        found = new_page(reading, known, fetched.validators, is_quiet=not page.is_known)
        return replace(found, pause=fetched.pause) if isinstance(found, NewPage) else found

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def read_issues(
    body: bytes, page: int, known: Mapping[str, int], following: str | None = None
) -> Generator[None, None, Reading]:
    """Read a page of issues, in steps; `following` as in Fetched. Of two issues of one revision the first counts, which
    changed last. Pull requests, which GitHub lists as well, are none. Raises msgspec.DecodeError."""
    issues = msgspec.json.decode(body, type=list[msgspec.Raw])
    yield
    marks: dict[str, int] = {}
    candidates: list[Candidate] = []
    bad: list[BadEntry] = []
    for place, written in enumerate(issues, 1):
        try:
            paper = _paper(_issue.decode(written))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            bad.append(BadEntry(id=f"issue {place} of page {page}", why=str(error)))
            continue
        if paper is None or paper.id in marks:
            continue
        digest = blake2b(repr((paper.audience, paper.status)).encode(), digest_size=8).digest()
        marks[paper.id] = int.from_bytes(digest, "big", signed=True)
        if marks[paper.id] != known.get(paper.id):
            candidates.append(Candidate(paper=paper, fingerprint=marks[paper.id], is_announced=False))
    after = _page_after(page, following, is_full=len(issues) >= ISSUES_PER_PAGE)
    return Reading(
        candidates=tuple(candidates),
        valid=len(marks),
        bad=len(bad),
        examples=tuple(bad[:BAD_SHOWN]),
        unknown=len(issues) - len(marks) - len(bad),
        ids=frozenset(marks),
        digest=digest_of(marks),
        fluid=frozenset({"audience", "status"}),
        hints=(str(after),) if after else (),
        is_window=page > 1 or after > 0,
    )


def _last_look(state: PageState) -> tuple[float, int]:
    return (state.checked_at.timestamp() if state.checked_at else 0.0), int(state.page)


def _page_after(page: int, following: str | None, *, is_full: bool) -> int:
    """The number of the page after this one; 0 if there is none. Without the header Link, one that is full has another
    behind it."""
    if following is None:
        after = page + 1 if is_full else 0
    elif following:
        match = _PAGE.search(following)
        after = int(match[1]) if match is not None else page + 1
    else:
        after = 0
    return after if page < after <= MOST_PAGES else 0


def _paper(issue: _Issue) -> Paper | None:
    """A paper of which only groups and state are known; None if the issue names no revision."""
    found = paper_id(clean(issue.title or "")) if issue.pull_request is UNSET else None
    if found is None or found[1] is not PaperKind.P or found[3] is None or not 0 < found[2] <= LARGEST_NUMBER:
        return None
    id, _, number, revision = found
    groups, states = _divided(issue.labels or ())
    return Paper(
        id=id,
        kind=PaperKind.P,
        number=number,
        revision=revision,
        title="",
        authors=(),
        date=None,
        status=", ".join(states),
        url="",
        audience=groups,
    )


def _divided(labels: Iterable[_Label | str | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups and the states that labels name, each in alphabetical order: GitHub promises none."""
    written = (clean_text(label.name if isinstance(label, _Label) else label) for label in labels)
    names = {_KIND.sub("", name) for name in written} - {""}
    groups = {name for name in names if _GROUP.match(name)}
    return tuple(sorted(groups)), tuple(sorted(names - groups))
