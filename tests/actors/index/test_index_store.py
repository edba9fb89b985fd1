"""The tables of the index, on a real server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from actors.index.announce.events import UntoldVersion
from actors.index.model.fetching import IndexValidators
from actors.index.model.pages import HeldPage, PageState
from actors.index.model.records import ListedMailing
from actors.index.storage import pages, records, store
from actors.runtime.database.connection import Database
from messages.papers import EarlierPaper, Paper, PaperKind, RecentPaper
from tests.builders import a_paper
from tests.index_builders import a_candidate

MORNING = datetime(2025, 12, 4, 8, 0, tzinfo=UTC)
EVENING = datetime(2025, 12, 4, 20, 0, tzinfo=UTC)
VALIDATORS = IndexValidators(url="http://127.0.0.1/index.json", etag='"one"', last_modified=None)


class Tables:
    """The schema of a fresh database."""

    def __init__(self, dsn: str) -> None:
        self._database = Database(dsn, "index")
        self._database.migrate({"index": "actors.index.storage.migrations"})

    def transaction(self) -> AbstractContextManager[Any]:
        return self._database.transaction()

    def sync(self, number: int, at: datetime, *papers: Paper, source: str = "wg21.link") -> store.SyncProgress:
        """Stage and apply these papers."""
        self.stage(number, at, *papers, source=source)
        with self.transaction() as cursor:
            return store.apply(cursor, number, len(papers), synced_at=at)

    def stage(self, number: int, at: datetime, *papers: Paper, source: str = "wg21.link") -> None:
        """Stage them only."""
        with self.transaction() as cursor:
            store.add_versions(cursor, number, 0, at, papers)
            records.add_records(cursor, source, "a page", number, at, [a_candidate(paper) for paper in papers])

    def close(self) -> None:
        self._database.close()


@pytest.fixture
def tables(database: str) -> Iterator[Tables]:
    """Nobody has used them."""
    made = Tables(database)
    yield made
    made.close()


def test_fresh_tables_hold_nothing(tables: Tables) -> None:
    with tables.transaction() as cursor:
        empty = store.SyncProgress(applied=0, news=0, told=0, synced_at=None)
        assert store.progress(cursor) == empty
        assert records.fingerprints(cursor) == {}
        assert store.untold(cursor, 10) == []
        assert store.recent(cursor, 10) == ()


@pytest.mark.parametrize(
    "paper",
    [
        a_paper(1, title="`std::synchronic<T>` & Köppe \U0001f600 %s {x}", authors=("Thomas Köppe", 'A "q" \\ {b}, c')),
        a_paper(2, authors=(), date=None, url=""),
        a_paper(3022, None, PaperKind.CWG, status="CD1"),
    ],
)
def test_a_paper_comes_back_as_it_was(tables: Tables, paper: Paper) -> None:
    tables.sync(1, MORNING, paper)

    with tables.transaction() as cursor:
        assert store.papers(cursor, [paper.id, "P9999R9"]) == {paper.id: paper}


def test_what_is_staged_does_not_count_until_it_is_applied_and_then_all_at_once(tables: Tables) -> None:
    papers = [a_paper(number) for number in range(1, 400)]
    tables.stage(1, MORNING, *papers)
    with tables.transaction() as cursor:
        assert records.fingerprints(cursor) == {}
        assert store.count(cursor, PaperKind.P) == 0

        progress = store.apply(cursor, 1, len(papers), synced_at=MORNING)

        assert progress == store.SyncProgress(applied=1, news=399, told=0, synced_at=MORNING)
        assert records.fingerprints(cursor) == {"wg21.link": {paper.id: 1 for paper in papers}}
        assert store.count(cursor, PaperKind.P) == 399


def test_a_sync_that_was_cut_short_leaves_nothing(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1))
    tables.stage(2, EVENING, a_paper(1, title="after"), a_paper(2))
    with tables.transaction() as cursor:
        store.discard_unfinished(cursor)

    tables.sync(2, EVENING, a_paper(3))

    with tables.transaction() as cursor:
        assert set(store.papers(cursor, [a_paper(number).id for number in (1, 2, 3)]).values()) == {
            a_paper(1),
            a_paper(3),
        }


def test_a_page_that_is_confirmed_moves_time_only(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1))
    with tables.transaction() as cursor:
        store.tell(cursor, 1)

        assert store.confirm(cursor, None).synced_at == MORNING
        progress = store.confirm(cursor, EVENING)

    assert progress == store.SyncProgress(applied=1, news=1, told=1, synced_at=EVENING)


def test_a_page_comes_back_as_it_was_with_what_is_held_of_it(tables: Tables) -> None:
    state = PageState(
        source="open-std.org", page="2025", validators=VALIDATORS, checked_at=MORNING, entries=3, digests=(-1, 2),
        hints=("2025",),
    )  # fmt: skip
    held = HeldPage(since=EVENING, why="index shrunk", digest=-7, entries=1, validators=VALIDATORS)
    with tables.transaction() as cursor:
        pages.save(cursor, state)
        pages.hold(cursor, "open-std.org", "2025", held)
        assert pages.load(cursor) == {("open-std.org", "2025"): replace(state, held=held)}
        pages.accept(cursor, "open-std.org", "2025")
        assert pages.load(cursor)["open-std.org", "2025"].held == replace(held, is_accepted=True)
        pages.save(cursor, state)
        assert pages.load(cursor) == {("open-std.org", "2025"): state}


def test_a_mailing_appears_once_with_its_papers(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1, audience=("SG16 Unicode",)))
    mailing = ListedMailing(name="2025-02", title="2025-02 pre-Nowhere", ids=("P0001R10", "P0002R0"), url="http://x/#y")
    with tables.transaction() as cursor:
        assert pages.unknown_mailings(cursor, ["2025-02", "2025-01"]) == {"2025-01", "2025-02"}
        pages.add_mailings(cursor, [mailing], 1, MORNING, is_quiet=False)
        assert pages.unknown_mailings(cursor, ["2025-02"]) == frozenset()
        (published,) = pages.published_mailings(cursor, 1)
        assert (published.name, published.title, published.url) == ("2025-02", "2025-02 pre-Nowhere", "http://x/#y")
        assert [(each.id, each.audience) for each in published.papers] == [("P0001R10", ("SG16 Unicode",))]
        pages.add_mailings(cursor, [replace(mailing, name="2025-01")], 2, MORNING, is_quiet=True)
        assert pages.published_mailings(cursor, 2) == ()


def test_what_each_source_says_is_kept_with_its_history(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1))
    tables.sync(2, EVENING, a_paper(1, title="listed"), source="open-std.org")
    with tables.transaction() as cursor:
        said = records.records_of(cursor, ["P0001R10"])["P0001R10"]
        assert {each.source: each.paper.title for each in said} == {
            "open-std.org": "listed", "wg21.link": "`std::execution`",
        }  # fmt: skip
        history = records.history(cursor, 1, ["P"])
        assert history["P0001R10"]["open-std.org"] == [(EVENING, a_paper(1, title="listed"))]
        assert set(records.missing(cursor, "open-std.org", "a page", ["listed"], frozenset())) == {"P0001R10"}
        assert records.missing(cursor, "open-std.org", "a page", ["listed"], {"P0001R10"}) == {}


def test_news_are_told_in_their_order_with_what_was_there_before(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1))
    tables.sync(2, MORNING, a_paper(1, title="second"))
    tables.sync(3, EVENING, a_paper(2), a_paper(1, title="third"))

    with tables.transaction() as cursor:
        added = UntoldVersion(sync=3, at=EVENING, before=None, after=a_paper(2))
        changed = UntoldVersion(sync=3, at=EVENING, before=a_paper(1, title="second"), after=a_paper(1, title="third"))
        assert store.untold(cursor, 10) == [added, changed]
        assert store.untold(cursor, 1) == [added]
        assert store.tell(cursor, 1).told == 1
        assert store.untold(cursor, 10) == [changed]
        assert store.tell(cursor, 0).told == 2
        assert store.untold(cursor, 10) == []


def test_an_entry_that_is_only_written_differently_gets_the_new_fingerprint(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1), a_paper(2))
    tables.sync(2, MORNING, a_paper(1, title="after"))
    with tables.transaction() as cursor:
        records.set_fingerprints(cursor, "wg21.link", [a_candidate(a_paper(1, title="after"), -7)])

        assert records.fingerprints(cursor) == {"wg21.link": {a_paper(1).id: -7, a_paper(2).id: 1}}


def test_recent_news_come_newest_first_and_the_first_sync_is_none(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1))
    tables.sync(2, MORNING, a_paper(2), a_paper(3))
    tables.sync(3, EVENING, a_paper(4))
    tables.stage(4, EVENING, a_paper(5))

    with tables.transaction() as cursor:
        assert store.recent(cursor, 2) == (
            RecentPaper(at=EVENING, paper=a_paper(4)),
            RecentPaper(at=MORNING, paper=a_paper(2)),
        )
        assert len(store.recent(cursor, 10)) == 3


def test_of_what_is_only_known_better_nothing_is_recent(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1), a_paper(2))
    with tables.transaction() as cursor:
        papers = [a_paper(1, audience=("SG16",)), a_paper(2, title="after")]
        store.add_versions(cursor, 2, 0, EVENING, papers, {"P0001R10"})
        store.apply(cursor, 2, 2)

        assert [each.paper for each in store.recent(cursor, 10)] == [papers[1]]


def test_a_page_that_was_never_applied_stays_held_over_a_restart(tables: Tables) -> None:
    held = HeldPage(since=EVENING, why="cut", digest=1, entries=1, validators=VALIDATORS)
    with tables.transaction() as cursor:
        pages.hold(cursor, "open-std.org", "2025", held)

        assert pages.load(cursor) == {
            ("open-std.org", "2025"): PageState(source="open-std.org", page="2025", held=held)
        }


def test_users_find_papers_with_sql(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(1))
    tables.sync(2, EVENING, a_paper(1, title="after"))

    with tables.transaction() as cursor:
        cursor.execute("SELECT title, first_seen, changed_at FROM papers WHERE 'Thomas Köppe' = ANY(authors)")
        assert cursor.fetchall() == [("after", MORNING, EVENING)]


def test_old_versions_expire_but_for_the_first_and_the_two_newest_of_each_entry(tables: Tables) -> None:
    for number in range(1, 7):
        tables.sync(number, MORNING, a_paper(number=1, title=f"the {number}th"))
    tables.stage(7, MORNING, a_paper(number=1, title="not applied"))
    with tables.transaction() as cursor:
        assert store.expire(cursor, 1e10, 100) == 0
        assert store.expire(cursor, 60, 2) == 2
        assert store.expire(cursor, 60, 100) == 1
        assert store.expire(cursor, 60, 100) == 0
        cursor.execute("SELECT sync FROM versions ORDER BY sync")
        assert [sync for (sync,) in cursor.fetchall()] == [1, 5, 6, 7]
        (news,) = store.untold(cursor, 10)
        assert news.before is not None
        assert (news.before.title, news.after.title) == ("the 5th", "the 6th")


def test_all_revisions_of_a_number_are_found_as_they_are_now(tables: Tables) -> None:
    tables.sync(1, MORNING, a_paper(2300, 10, title="Old"), a_paper(2300, 2), a_paper(2300, None, PaperKind.N))
    tables.sync(2, EVENING, a_paper(2300, 10, title="New"), a_paper(2301, 0))
    tables.stage(3, EVENING, a_paper(2300, 11))
    with tables.transaction() as cursor:
        found = store.of_number(cursor, (PaperKind.P, PaperKind.D), 2300, 10)
        assert [(paper.id, paper.title) for paper in found] == [("P2300R2", "`std::execution`"), ("P2300R10", "New")]
        assert len(store.of_number(cursor, (PaperKind.P,), 2300, 1)) == 1
        assert store.of_number(cursor, (PaperKind.P,), 7, 10) == ()


def test_the_last_year_goes_back_from_the_newest_paper_that_is_not_of_the_future(tables: Tables) -> None:
    papers = (
        a_paper(1, 0, date=date(2024, 6, 1)),
        a_paper(2, 0, date=date(2023, 6, 3)),
        a_paper(3, 0, date=date(2023, 5, 1)),
        a_paper(4, 0, date=date(2099, 1, 1)),
        a_paper(5, 0, date=None),
    )
    tables.sync(1, MORNING, *papers)
    with tables.transaction() as cursor:
        year = store.of_last_year(cursor, MORNING.date(), "", 10)
        assert [paper.id for paper in year] == ["P0001R0", "P0002R0", "P0004R0"]
        assert [paper.id for paper in store.of_last_year(cursor, MORNING.date(), "P0001R0", 1)] == ["P0002R0"]


def test_an_empty_index_has_no_last_year(tables: Tables) -> None:
    with tables.transaction() as cursor:
        assert store.of_last_year(cursor, MORNING.date(), "", 10) == ()


def test_the_entries_of_one_number_are_found_by_an_index(tables: Tables) -> None:
    with tables.transaction() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT * FROM versions WHERE number = 2300 AND kind = ANY('{P,D}')")
        assert "versions_number" in str(cursor.fetchall())


def test_what_changes_is_told_with_what_it_was_earlier(tables: Tables) -> None:
    first, second, third = (a_paper(1, authors=(name,)) for name in ("Ada", "Bob", "Cleo"))
    night = datetime(2025, 12, 5, 2, 0, tzinfo=UTC)
    tables.sync(1, MORNING, first, a_paper(2))
    tables.sync(2, EVENING, second)
    tables.sync(3, EVENING, a_paper(1, authors=("Bob",), status="adopted"))
    tables.sync(4, night, first)

    with tables.transaction() as cursor:
        (back,) = store.untold(cursor, 10)
        assert (back.after, back.earlier) == (first, (EarlierPaper(paper=first, until=EVENING, until_sync=2),))

    tables.sync(5, night, third)
    with tables.transaction() as cursor:
        (change,) = store.untold(cursor, 10)
    assert [each.paper.authors for each in change.earlier] == [("Bob",)]
    tables.sync(6, night, a_paper(1, authors=("Cleo",), date=None))
    with tables.transaction() as cursor:
        assert [each.earlier for each in store.untold(cursor, 10)] == [()]
