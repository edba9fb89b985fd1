"""Compares what a page says with what is stored, some of it in each turn."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from actors.index.course import SourceCourse
from actors.index.entries.difference import compare, is_news
from actors.index.entries.merging import SourceRecord, merged
from actors.index.entries.plausibility import LEAST_RENAMED, ChangeTally
from actors.index.model.pages import NewPage, PageState
from actors.index.model.records import Candidate
from actors.index.storage import records, store
from messages.papers import PaperKind

STAGED_AT_ONCE = 100
"""Candidates compared and written in one turn: about 15 ms."""


@dataclass(slots=True, kw_only=True)
class PageSync:
    """A sync under way: how many of the candidates have been looked at, and what came of them; `notable` as in
    ComparedEntries; `papers` are new ones of kind P."""

    course: SourceCourse
    page: PageState
    new: NewPage
    number: int
    at: datetime
    tally: ChangeTally = field(default_factory=ChangeTally)
    staged: int = 0
    recorded: int = 0
    added: int = 0
    changed: int = 0
    notable: int = 0
    papers: int = 0


def stage_some(cursor: Any, sync: PageSync) -> None:
    """Compare the next candidates with what is stored; write those that are news, where they do not count yet."""
    portion = sync.new.candidates[sync.staged : sync.staged + STAGED_AT_ONCE]
    ids = [candidate.paper.id for candidate in portion]
    source = sync.course.source.name
    if sync.staged == 0:
        store.discard_unfinished(cursor)
    said = records.records_of(cursor, ids)
    stored = store.papers(cursor, ids)
    written: list[Candidate] = []
    rewritten: list[Candidate] = []
    news: list[Candidate] = []
    for listed in portion:
        theirs = said.get(listed.paper.id, ())
        before = next((record for record in theirs if record.source == source), None)
        candidate = replace(listed, is_announced=_is_announced(listed, before, is_quiet=sync.new.is_quiet))
        sync.tally.add(before.paper if before else None, candidate.paper, sync.at.date())
        record = SourceRecord(source=source, paper=candidate.paper, is_announced=candidate.is_announced)
        (rewritten if record == before else written).append(candidate)
        others = [each for each in theirs if each.source != source]
        if (paper := merged([*others, record], is_stored=listed.paper.id in stored)) is not None:
            news.append(replace(candidate, paper=paper))
    compared = compare(stored, news)
    additions = [candidate.paper for candidate in (*compared.added, *compared.changed)]
    quiet = {paper.id for paper in additions if sync.new.is_quiet or not is_news(stored.get(paper.id), paper)}
    store.add_versions(cursor, sync.number, sync.added + sync.changed, sync.at, additions, quiet)
    records.add_records(cursor, source, sync.page.page, sync.number, sync.at, written)
    records.set_fingerprints(cursor, source, rewritten)
    sync.staged += len(portion)
    sync.recorded += len(written)
    sync.added += len(compared.added)
    sync.papers += sum(candidate.paper.kind is PaperKind.P for candidate in compared.added)
    sync.changed += len(compared.changed)
    sync.notable += compared.notable


def look_for_renamed(cursor: Any, sync: PageSync) -> None:
    """Count the new entries that the page had under other ids before."""
    if len(sync.tally.added) >= LEAST_RENAMED and sync.page.entries:
        titles = {title for title, _ in sync.tally.added}
        source, reading = sync.course.source.name, sync.new.reading
        sync.tally.add_missing(records.missing(cursor, source, sync.page.page, titles, reading.ids))


def _is_announced(listed: Candidate, before: SourceRecord | None, *, is_quiet: bool) -> bool:
    """What was only known stays so, unless it had no link and has one now."""
    if not listed.is_announced or is_quiet:
        return False
    return before is None or before.is_announced or not before.paper.url
