"""Papers as rows, in the order of the columns in PAPER_COLUMNS."""

from collections.abc import Sequence
from typing import Any

from messages.papers import Paper, PaperKind

PAPER_COLUMNS = (
    "id", "kind", "number", "revision", "title", "authors", "published", "status", "url", "audience", "mailing",
    "previous", "disposition",
)  # fmt: skip
WIDTH = len(PAPER_COLUMNS)


def columns(alias: str = "") -> str:
    """For a statement."""
    return ", ".join(f"{alias}.{name}" if alias else name for name in PAPER_COLUMNS)


def row_of(paper: Paper) -> tuple[Any, ...]:
    """The values of the columns."""
    return (
        paper.id, paper.kind.value, paper.number, paper.revision, paper.title, list(paper.authors), paper.date,
        paper.status, paper.url, list(paper.audience), paper.mailing, paper.previous, paper.disposition,
    )  # fmt: skip


def paper_of(row: Sequence[Any]) -> Paper:
    """The paper of such values."""
    return Paper(
        id=row[0], kind=PaperKind(row[1]), number=row[2], revision=row[3], title=row[4], authors=tuple(row[5]),
        date=row[6], status=row[7], url=row[8], audience=tuple(row[9]), mailing=row[10], previous=row[11],
        disposition=row[12],
    )  # fmt: skip
