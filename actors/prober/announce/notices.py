"""Drafts as notices. Pure."""

from collections.abc import Iterable

from messages.drafts import Draft, DraftUpdate, Publication
from messages.notices import Happening, Link, Notice
from messages.papers import WG21_LINK, Paper


def found_notice(draft: Draft) -> Notice:
    """A new draft, with a link to each of its files."""
    return _draft_notice(draft, Happening.DRAFT_FOUND, draft.remark)


def updated_notice(update: DraftUpdate) -> Notice:
    """A draft whose files changed, and what changed."""
    return _draft_notice(update.draft, Happening.DRAFT_UPDATED, update.summary)


def withdrawn_notice(draft: Draft) -> Notice:
    """A draft that is gone, without links: they would lead nowhere."""
    return _draft_notice(draft, Happening.DRAFT_WITHDRAWN, links=())


def published_notices(publications: Iterable[Publication]) -> tuple[Notice, ...]:
    """Drafts that became papers: one notice per paper, even if it had both a D and a P draft."""
    papers = {each.paper.id: (each.paper, each.draft) for each in publications}
    return tuple(_published_notice(paper, draft) for paper, draft in papers.values())


def _draft_notice(
    draft: Draft, happening: Happening, detail: str = "", links: tuple[Link, ...] | None = None
) -> Notice:
    files = tuple(Link(label=file.extension.value, url=file.url) for file in draft.files)
    return Notice(
        id=draft.id,
        happening=happening,
        title=draft.title,
        authors=draft.authors,
        audience=draft.audience,
        links=files if links is None else links,
        matched=(),
        detail=detail,
        previous=draft.previous,
        at=draft.changed_at if happening is Happening.DRAFT_UPDATED else draft.found_at,
        uploaded_at=draft.uploaded_at if happening is Happening.DRAFT_FOUND else None,
    )


def _published_notice(paper: Paper, draft: Draft) -> Notice:
    link = Link(label="wg21.link", url=f"{WG21_LINK}{paper.id}")
    return Notice(
        id=paper.id,
        happening=Happening.DRAFT_PUBLISHED,
        title=paper.title,
        authors=paper.authors,
        links=(Link(label="paper", url=paper.url), link) if paper.url else (link,),
        matched=(),
        audience=draft.audience,
        previous=draft.previous,
    )
