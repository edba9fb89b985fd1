"""Drafts as notices, and in words. Pure."""

from collections.abc import Iterable
from datetime import datetime

from actors.prober.detection.observations import Kind
from messages.drafts import Change, Draft, DraftState, DraftUpdate, FileChange, Publication
from messages.notices import Happening, Link, Notice
from messages.papers import WG21_LINK, Paper

SEEN = {Kind.APPEARED: "seem to have appeared", Kind.CHANGED: "seem to have changed", Kind.GONE: "seem to be gone"}


def found_notice(draft: Draft) -> Notice:
    """A fresh draft, with a link to each of its files."""
    return _draft_notice(draft, Happening.DRAFT_FOUND)


def updated_notice(update: DraftUpdate) -> Notice:
    """A draft whose files are not as they were, and what changed."""
    return _draft_notice(update.draft, Happening.DRAFT_UPDATED, update.summary)


def withdrawn_notice(draft: Draft) -> Notice:
    """A draft that no longer lies there: its links would lead nowhere."""
    return _draft_notice(draft, Happening.DRAFT_WITHDRAWN, links=())


def published_notices(publications: Iterable[Publication]) -> tuple[Notice, ...]:
    """Drafts that became papers: one notice a paper, though it had both a D and a P draft."""
    papers = {publication.paper.id: publication.paper for publication in publications}
    return tuple(_published_notice(paper) for paper in papers.values())


def changes(told: Iterable[FileChange]) -> str:
    """What changed, in words: `pdf: dated 2025-11-21 08:00 UTC (was 2025-11-20 17:30), 120,345 bytes (was 118,002)`."""
    return "; ".join(f"{change.before.extension.value}: {', '.join(_what(change))}" for change in told)


def how_it_stands(draft: Draft) -> str:
    """A draft in a line of the log."""
    files = " and ".join(file.extension.value for file in draft.files)
    if draft.state is DraftState.WITHDRAWN:
        return f"{draft.id} is withdrawn"
    return f"{draft.id} lies there as {files} ({draft.announcement.value})"


def clock(moment: datetime) -> str:
    """A moment for people."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _what(change: FileChange) -> list[str]:
    if change.after is None:
        return ["gone"]
    words = ["there again"] if Change.BACK in change.what else []
    if Change.DATE in change.what:
        words.append(f"dated {_minute(change.after.last_modified)} UTC (was {_minute(change.before.last_modified)})")
    if Change.LENGTH in change.what:
        words.append(f"{_size(change.after.length)} bytes (was {_size(change.before.length)})")
    return words or ["other content"]


def _minute(moment: datetime | None) -> str:
    return "unknown" if moment is None else moment.strftime("%Y-%m-%d %H:%M")


def _size(length: int | None) -> str:
    return "unknown" if length is None else f"{length:,}"


def _draft_notice(
    draft: Draft, happening: Happening, detail: str = "", links: tuple[Link, ...] | None = None
) -> Notice:
    there = tuple(Link(label=file.extension.value, url=file.url) for file in draft.files)
    return Notice(
        id=draft.id,
        happening=happening,
        title=draft.title,
        authors=draft.authors,
        audience=draft.audience,
        links=there if links is None else links,
        matched=(),
        detail=detail,
    )


def _published_notice(paper: Paper) -> Notice:
    link = Link(label="wg21.link", url=f"{WG21_LINK}{paper.id}")
    return Notice(
        id=paper.id,
        happening=Happening.DRAFT_PUBLISHED,
        title=paper.title,
        authors=paper.authors,
        links=(link, Link(label="paper", url=paper.url)) if paper.url else (link,),
        matched=(),
    )
