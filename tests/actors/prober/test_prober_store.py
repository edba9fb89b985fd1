"""The tables of the prober, on a real server."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from actors.prober import store
from actors.prober.visits import Asked
from actors.runtime.database import Database
from messages.drafts import Announcement, Draft, DraftFile, DraftPrefix, DraftState, Extension
from messages.papers import Paper
from tests.builders import NOON, a_paper
from tests.prober_builders import a_known


class Tables:
    """The schema of a fresh database."""

    def __init__(self, dsn: str) -> None:
        self._database = Database(dsn, "prober")
        self._database.migrate(("actors.prober.migrations",))

    def transaction(self) -> AbstractContextManager[Any]:
        return self._database.transaction()

    def close(self) -> None:
        self._database.close()


@pytest.fixture
def tables(database: str) -> Any:
    """Empty tables."""
    made = Tables(database)
    yield made
    made.close()


def a_draft(predecessor: Paper | None = None, **fields: Any) -> Draft:
    pdf = DraftFile(extension=Extension.PDF, url="http://x/D1234R1.pdf", last_modified=NOON, length=10)
    plain: dict[str, Any] = {
        "id": "D1234R1", "prefix": DraftPrefix.D, "number": 1234, "revision": 1, "files": (pdf,), "found_at": NOON,
        "announcement": Announcement.SILENT, "state": DraftState.FOUND, "predecessor": predecessor,
    }  # fmt: skip
    return Draft(**(plain | fields))


def test_numbers_are_known_by_their_papers(tables: Tables) -> None:
    papers = [
        a_paper(1234, 0, date=date(2024, 1, 1)), a_paper(1234, 10, date=None), a_paper(976, None),
        a_paper(1234, 2, date=date(2025, 1, 1)),
    ]  # fmt: skip
    with tables.transaction() as cursor:
        store.save_papers(cursor, papers)
        assert store.known_numbers(cursor) == {
            1234: a_known(0, 2, 10, dated=None),
            976: a_known(0, dated=papers[2].date),
        }
        assert store.known_numbers(cursor, [976, 4000]).keys() == {976}


def test_a_paper_told_again_replaces_what_was_told_before(tables: Tables) -> None:
    with tables.transaction() as cursor:
        store.save_papers(cursor, [a_paper(1234, 0), a_paper(1234, 0, title="Second")])
        store.save_papers(cursor, [a_paper(1234, 0, title="Third", authors=())])
        assert store.newest_papers(cursor, [1234]) == {1234: a_paper(1234, 0, title="Third", authors=())}


def test_the_newest_paper_of_a_number_is_the_predecessor(tables: Tables) -> None:
    with tables.transaction() as cursor:
        store.save_papers(cursor, [a_paper(1234, revision) for revision in (9, 10, 2)])
        assert store.newest_papers(cursor, [1234, 7000]) == {1234: a_paper(1234, 10)}


def test_what_asks_left_is_read_as_it_was_saved(tables: Tables) -> None:
    asked = {7: Asked(at=1763726400.25, missing={"D1.pdf": 1763726399.5}), 8: Asked(at=None, missing={})}
    with tables.transaction() as cursor:
        store.save_asked(cursor, {7: Asked(at=1.0, missing={})})
        store.save_asked(cursor, asked)
        assert store.load_asked(cursor) == asked
        store.save_asked(cursor, {})


def test_watched_numbers_come_and_go(tables: Tables) -> None:
    with tables.transaction() as cursor:
        store.change_watched(cursor, [1, 2], [])
        store.change_watched(cursor, [2, 3], [1, 9])
        assert store.load_watched(cursor) == {2, 3}


def test_drafts_are_read_as_they_were_saved(tables: Tables) -> None:
    predecessor = a_paper(1234, 0)
    html = DraftFile(extension=Extension.HTML, url="http://x/D1234R1.html", last_modified=None, length=None)
    first = a_draft(predecessor)
    both = replace(first, files=(*first.files, html), announcement=Announcement.ANNOUNCED, state=DraftState.PUBLISHED)
    other = a_draft(id="P7000R0", prefix=DraftPrefix.P, number=7000, revision=0)
    with tables.transaction() as cursor:
        store.save_papers(cursor, [predecessor])
        store.save_drafts(cursor, [first, other])
        assert store.load_drafts(cursor) == {"D1234R1": first, "P7000R0": other}
        store.save_drafts(cursor, [both])
        assert store.load_drafts(cursor)["D1234R1"] == both
        store.save_drafts(cursor, [])


def test_absurd_dates_of_files_are_kept(tables: Tables) -> None:
    for moment in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        file = DraftFile(extension=Extension.PDF, url="http://x/y.pdf", last_modified=moment, length=10**14)
        with tables.transaction() as cursor:
            store.save_drafts(cursor, [a_draft(files=(file,))])
            assert store.load_drafts(cursor)["D1234R1"].files == (file,)
