"""What happened lately, papers and drafts in one list: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messages.drafts import Announcement, Draft, DraftState
from messages.papers import RecentPaper


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentItem:
    """One line of `callboard recent`: `what` is `paper`, `draft`, `draft (silent)`, `draft, published` or
    `draft, withdrawn`."""

    at: datetime
    what: str
    id: str
    title: str
    authors: tuple[str, ...]


def merged(papers: Sequence[RecentPaper], drafts: Sequence[Draft], limit: int) -> tuple[RecentItem, ...]:
    """The newest `limit` of both, newest first."""
    items = [*map(_of_paper, papers), *map(_of_draft, drafts)]
    return tuple(sorted(items, key=lambda item: (item.at, item.id), reverse=True)[:limit])


def _of_paper(recent: RecentPaper) -> RecentItem:
    paper = recent.paper
    return RecentItem(at=recent.at, what="paper", id=paper.id, title=paper.title, authors=paper.authors)


def _of_draft(draft: Draft) -> RecentItem:
    if draft.state is not DraftState.FOUND:
        what = f"draft, {draft.state.value}"
    else:
        what = "draft" if draft.announcement is Announcement.ANNOUNCED else "draft (silent)"
    return RecentItem(at=draft.found_at, what=what, id=draft.id, title=draft.title, authors=draft.authors)
