"""Drafts as notices, and the state of the host in words."""

from collections.abc import Iterable
from datetime import UTC, datetime

from actors.prober.drafts import Publication
from actors.prober.pace import Pace, is_open
from actors.prober.weighing import Belief
from messages.drafts import Draft
from messages.notices import Happening, Link, Notice
from messages.papers import Paper

WG21_LINK = "https://wg21.link/"


def found_notice(draft: Draft) -> Notice:
    """A fresh draft, under the title and the authors of its predecessor, with a link to each of its files."""
    return Notice(
        id=draft.id,
        happening=Happening.DRAFT_FOUND,
        title=draft.predecessor.title if draft.predecessor else "",
        authors=draft.predecessor.authors if draft.predecessor else (),
        links=tuple(Link(label=file.extension.value, url=file.url) for file in draft.files),
        matched=(),
        audience=draft.audience,
    )


def published_notices(publications: Iterable[Publication]) -> tuple[Notice, ...]:
    """Drafts that became papers: one notice a paper, though it had both a D and a P draft."""
    papers = {publication.paper.id: publication.paper for publication in publications}
    return tuple(_published_notice(paper) for paper in papers.values())


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


SILENT = 2
"""Batches without any answer, one after the other, that health speaks of."""


def reasons(host: str, pace: Pace, belief: Belief, last_error: str, now: float) -> tuple[str, ...]:
    """Why the prober is degraded, in sentences for the operator; empty when it is well."""
    found = []
    if belief is Belief.LIED:
        found.append(f"prober: {host} answers for names that cannot exist")
    if is_open(pace):
        found.append(f"prober: {host} does not answer ({last_error}); asked again at {_clock(pace.paused_until)}")
    elif pace.paused_until > now:
        found.append(f"prober: {host} asked for a pause until {_clock(pace.paused_until)}")
    elif pace.unheard >= SILENT:
        found.append(f"prober: {host} does not answer ({last_error})")
    elif pace.error_share > 0.5:
        found.append(f"prober: most answers of {host} are errors ({last_error})")
    return tuple(found)


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
