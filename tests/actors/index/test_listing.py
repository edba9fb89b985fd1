"""The pages of papers by date, on a real server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from actors.index.storage import listing, store
from actors.runtime.database.connection import Database
from messages.papers import Paper, PaperKind
from messages.reading import PagedPaper, PapersPageQuery
from tests.builders import a_paper

MORNING = datetime(2025, 12, 4, 8, 0, tzinfo=UTC)
EVENING = datetime(2025, 12, 4, 20, 0, tzinfo=UTC)
ALL = PapersPageQuery(request_id="1", kinds=(), number=None, words=(), since=None, until=None, after="", limit=100)


class Tables:
    """A database with two syncs."""

    def __init__(self, dsn: str) -> None:
        self._database = Database(dsn, "index")
        self._database.migrate({"index": "actors.index.storage.migrations"})

    def sync(self, number: int, at: datetime, *papers: Paper) -> None:
        with self._database.transaction() as cursor:
            store.add_versions(cursor, number, 0, at, papers)
            store.apply(cursor, number, len(papers))

    def page(self, query: PapersPageQuery) -> tuple[PagedPaper, ...]:
        with self._database.transaction() as cursor:
            return listing.page(cursor, query, query.limit)

    def close(self) -> None:
        self._database.close()


@pytest.fixture
def tables(database: str) -> Iterator[Tables]:
    made = Tables(database)
    made.sync(
        1,
        MORNING,
        a_paper(1, 0, date=date(2024, 1, 1), title="Ranges", authors=("Eric Niebler",)),
        a_paper(2, 0, date=date(2025, 1, 1), title="Senders"),
        a_paper(3, 0, date=None),
        a_paper(4000, None, PaperKind.LWG, date=date(2025, 5, 1)),
    )
    made.sync(2, EVENING, a_paper(2, 0, date=date(2025, 1, 1), title="Senders & receivers"), a_paper(5, 0))
    made.sync(
        3, EVENING, a_paper(1, 0, date=date(2024, 1, 1), title="Ranges", authors=("Eric Niebler", "Łukasz Ölund"))
    )
    yield made
    made.close()


def ids(papers: tuple[PagedPaper, ...]) -> list[str]:
    return [each.paper.id for each in papers]


def test_papers_come_newest_first_those_without_a_date_last_and_issues_only_when_asked_for(tables: Tables) -> None:
    assert ids(tables.page(ALL)) == ["P0002R0", "P0005R0", "P0001R0", "P0003R0"]
    assert ids(tables.page(replace(ALL, kinds=(PaperKind.LWG,)))) == ["LWG4000"]


def test_pages_follow_each_other_without_a_gap(tables: Tables) -> None:
    found: list[str] = []
    query = replace(ALL, limit=1)
    while page := tables.page(query):
        found += ids(page)
        query = replace(query, after=page[-1].paper.id)
    assert found == ids(tables.page(ALL))


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"number": 5}, ["P0005R0"]),
        ({"words": ("niebler", "ranges")}, ["P0001R0"]),
        ({"words": ("RECEIVERS", "senders")}, ["P0002R0"]),
        ({"since": date(2024, 2, 1)}, ["P0002R0", "P0005R0"]),
        ({"until": date(2024, 2, 1)}, ["P0001R0"]),
        ({"words": ("łukasz",)}, ["P0001R0"]),
        ({"words": ("ŁUKASZ", "ÖLUND")}, ["P0001R0"]),
        ({"words": ("Straße",)}, []),
        ({"words": ("100%' OR 1=1",)}, []),
    ],
)
def test_it_shows_what_is_chosen(tables: Tables, chosen: Any, expected: list[str]) -> None:
    assert ids(tables.page(replace(ALL, **chosen))) == expected


def test_a_paper_has_the_time_at_which_it_was_first_seen(tables: Tables) -> None:
    first, second = tables.page(replace(ALL, number=2)), tables.page(replace(ALL, number=5))
    assert (first[0].noticed_at, first[0].is_news, first[0].paper.title) == (MORNING, False, "Senders & receivers")
    assert (second[0].noticed_at, second[0].is_news) == (EVENING, True)
