"""The tables of front matter and of the front matter still to be read. Functions on a cursor, inside the actor's
transaction."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from psycopg2.extras import execute_values

from actors.prober.frontmatter.queue import AnnouncementStatus, FetchJob, FrontMatterDecision
from actors.prober.model.mentions import SQL_PATTERN
from messages.drafts import Draft, FrontMatter


def save(cursor: Any, decision: FrontMatterDecision) -> None:
    """Store a decision. Its drafts must be stored already."""
    if decision.done:
        cursor.execute("DELETE FROM front_matter_queue WHERE draft = ANY(%s::text[])", (list(decision.done),))
    if decision.jobs:
        execute_values(
            cursor,
            "INSERT INTO front_matter_queue (draft, status, tries, due_at, announce_by) VALUES %s"
            " ON CONFLICT (draft) DO UPDATE SET status = excluded.status, tries = excluded.tries,"
            " due_at = excluded.due_at, announce_by = excluded.announce_by",
            [(job.draft, job.status.value, job.tries, job.due_at, job.announce_by) for job in decision.jobs],
        )
    rows = [_row(draft.id, matter) for draft in decision.read if (matter := draft.front_matter) is not None]
    if rows:
        execute_values(
            cursor,
            "INSERT INTO front_matters (draft, title, authors, audience, dated, words, printed, changes, abstract)"
            " VALUES %s ON CONFLICT (draft) DO UPDATE SET title = excluded.title, authors = excluded.authors,"
            " audience = excluded.audience, dated = excluded.dated, words = excluded.words, printed = excluded.printed,"
            " changes = excluded.changes, abstract = excluded.abstract",
            rows,
            template="(%s, %s, %s::text[], %s::text[], %s::date, %s, %s, %s, %s)",
        )


def _row(draft: str, matter: FrontMatter) -> tuple[Any, ...]:
    lists = (list(matter.authors), list(matter.audience))
    return draft, matter.title, *lists, matter.date, matter.text, matter.number, matter.changes, matter.abstract


def load_jobs(cursor: Any) -> list[FetchJob]:
    """All front matter still to be read."""
    cursor.execute("SELECT draft, status, tries, due_at, announce_by FROM front_matter_queue")
    return [
        FetchJob(draft=draft, status=AnnouncementStatus(status), tries=tries, due_at=due_at, announce_by=announce_by)
        for draft, status, tries, due_at, announce_by in cursor.fetchall()
    ]


def load_front_matters(cursor: Any) -> dict[str, FrontMatter]:
    """All front matter, by draft, without its text: up to 12,000 characters each would fill the memory."""
    cursor.execute("SELECT draft, title, authors, audience, dated, printed, changes, abstract FROM front_matters")
    return {
        draft: FrontMatter(
            title=title,
            authors=tuple(authors),
            audience=tuple(audience),
            date=dated,
            text="",
            number=printed,
            changes=changes,
            abstract=abstract,
        )
        for draft, title, authors, audience, dated, printed, changes, abstract in cursor.fetchall()
    }


def load_mentions(cursor: Any, drafts: Collection[str]) -> dict[str, str]:
    """The names of revisions in the texts of front matter, by draft. The texts themselves stay in the database."""
    cursor.execute(
        "SELECT f.draft, string_agg(DISTINCT found.name[1], ' ') FROM front_matters f,"
        " LATERAL regexp_matches(f.words, %s, 'gi') AS found (name) WHERE f.draft = ANY(%s::text[])"
        " GROUP BY f.draft",
        (SQL_PATTERN, list(drafts)),
    )
    return dict(cursor.fetchall())


def with_text(cursor: Any, drafts: Sequence[Draft]) -> list[Draft]:
    """These drafts with the text of their front matter, as events carry them."""
    ids = [draft.id for draft in drafts if draft.front_matter is not None]
    if not ids:
        return list(drafts)
    cursor.execute("SELECT draft, words FROM front_matters WHERE draft = ANY(%s::text[])", (ids,))
    texts: dict[str, str] = dict(cursor.fetchall())
    return [_with_text(draft, texts.get(draft.id, "")) for draft in drafts]


def _with_text(draft: Draft, text: str) -> Draft:
    matter = draft.front_matter
    return draft if matter is None else replace(draft, front_matter=replace(matter, text=text))
