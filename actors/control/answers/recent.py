"""What happened lately, papers and drafts in one list: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from messages.drafts import Announcement, Draft, DraftState
from messages.papers import WG21_LINK, Paper, RecentPaper, RecentPapersReply


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentItem:
    """One line of `callboard recent`: `what` is `paper`, `draft`, `draft (silent)`, `draft, published` or
    `draft, withdrawn`; `urls` are its addresses, the best one first. `is_news`: it appeared while Callboard watched; of
    a paper that the index had from the beginning, `at` is its date."""

    at: datetime
    what: str
    id: str
    title: str
    authors: tuple[str, ...]
    urls: tuple[str, ...]
    is_news: bool


def merged(papers: RecentPapersReply, drafts: Sequence[Draft], limit: int) -> tuple[RecentItem, ...]:
    """The newest `limit` of both, newest first. Before there is any news, also what the index had already."""
    items = [*map(_of_paper, papers.papers), *map(_of_draft, drafts)]
    if not any(item.is_news for item in items):
        items += map(_of_known, papers.known)
    return tuple(sorted(items, key=lambda item: (item.at, item.id), reverse=True)[:limit])


def _of_paper(recent: RecentPaper) -> RecentItem:
    paper = recent.paper
    return _item(paper, recent.at, is_news=True)


def _of_known(paper: Paper) -> RecentItem:
    dated = paper.date or date.min
    return _item(paper, datetime(dated.year, dated.month, dated.day, tzinfo=UTC), is_news=False)


def _item(paper: Paper, at: datetime, *, is_news: bool) -> RecentItem:
    urls = tuple(dict.fromkeys(filter(None, (f"{WG21_LINK}{paper.id}", paper.url))))
    return RecentItem(
        at=at, what="paper", id=paper.id, title=paper.title, authors=paper.authors, urls=urls, is_news=is_news
    )


def _of_draft(draft: Draft) -> RecentItem:
    if draft.state is not DraftState.FOUND:
        what = f"draft, {draft.state.value}"
    else:
        what = "draft" if draft.announcement is Announcement.ANNOUNCED else "draft (silent)"
    urls = tuple(file.url for file in draft.files)
    return RecentItem(
        at=draft.found_at,
        what=what,
        id=draft.id,
        title=draft.title,
        authors=draft.authors,
        urls=urls,
        is_news=draft.announcement is Announcement.ANNOUNCED,
    )
