"""The tables of the prober, on a real server."""

import importlib.resources
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from actors.prober.frontmatter.queue import AnnouncementStatus, FrontMatterDecision
from actors.prober.model.answers import Belief
from actors.prober.model.http_dates import Recency
from actors.prober.model.observations import ObservationKind, Trust
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.politeness.policy import UNKNOWN_POLICY
from actors.prober.politeness.rate_limiter import BreakerState, RateLimit
from actors.prober.politeness.robots import Permission, RobotsStatus, RobotsTxt
from actors.prober.schedule.probe_rounds import LastProbe
from actors.prober.storage import drafts as draft_store
from actors.prober.storage import front_matter as front_matter_store
from actors.prober.storage import host as host_store
from actors.prober.storage import papers as store
from actors.prober.storage import snapshot
from actors.runtime.database.connection import Database
from messages.drafts import Announcement, Draft, DraftFile, DraftPrefix, DraftState, Extension, FrontMatter
from messages.papers import Paper
from messages.switching import Probing
from tests.builders import NOON, a_paper
from tests.prober_builders import a_known, a_name, a_tracked, an_observation, some_facts


class Tables:
    """The schema of a fresh database."""

    def __init__(self, dsn: str) -> None:
        self._database = Database(dsn, "prober")
        self._database.migrate({"prober": "actors.prober.storage.migrations"})

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
    asked = {7: LastProbe(at=1763726400.25, missing={"D1.pdf": 1763726399.5}), 8: LastProbe(at=None, missing={})}
    with tables.transaction() as cursor:
        store.save_last_probes(cursor, {7: LastProbe(at=1.0, missing={})})
        store.save_last_probes(cursor, asked)
        assert store.load_last_probes(cursor) == asked
        store.save_last_probes(cursor, {})


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
        draft_store.save_drafts(cursor, [first, other])
        assert draft_store.load_drafts(cursor) == {"D1234R1": first, "P7000R0": other}
        draft_store.save_drafts(cursor, [both])
        assert draft_store.load_drafts(cursor)["D1234R1"] == both
        draft_store.save_drafts(cursor, [])


def test_what_titles_and_late_front_matter_name_is_read_without_the_texts(tables: Tables) -> None:
    matter = FrontMatter(
        title="For d3001r1", authors=(), audience=(), date=None, text="[D3002R2], P3003R3. N3004R4, AD3005R5 " * 9
    )
    draft = a_draft(front_matter=matter)
    old = replace(draft, id="D7R1", number=7, found_at=NOON - timedelta(days=61), files=())
    papers = [a_paper(20, 0, title="Slides for P3006R6"), a_paper(21, 0, title="Slides for P3006")]
    with tables.transaction() as cursor:
        store.save_papers(cursor, papers)
        draft_store.save_drafts(cursor, [draft, old])
        front_matter_store.save(cursor, FrontMatterDecision(read=(draft, old)))
        names = front_matter_store.load_mentions(cursor, [draft.id])
        catalog = snapshot.load_catalog(cursor, NOON)
    assert {draft: set(text.split()) for draft, text in names.items()} == {draft.id: {"D3002R2", "P3003R3"}}
    assert sorted(catalog.mentions) == [3001, 3002, 3003, 3006]


def test_absurd_dates_of_files_are_kept(tables: Tables) -> None:
    for moment in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        file = DraftFile(extension=Extension.PDF, url="http://x/y.pdf", last_modified=moment, length=10**14)
        with tables.transaction() as cursor:
            draft_store.save_drafts(cursor, [a_draft(files=(file,))])
            assert draft_store.load_drafts(cursor)["D1234R1"].files == (file,)


def test_a_file_that_a_draft_has_no_more_is_forgotten(tables: Tables) -> None:
    html = DraftFile(extension=Extension.HTML, url="http://x/D1234R1.html", last_modified=None, length=None)
    both = a_draft(files=(*a_draft().files, html))
    with tables.transaction() as cursor:
        draft_store.save_drafts(cursor, [both, a_draft(id="D7R0", number=7, revision=0)])
        draft_store.save_drafts(cursor, [a_draft(files=(html,))])
        drafts = draft_store.load_drafts(cursor)
    assert (drafts["D1234R1"].files, len(drafts["D7R0"].files)) == ((html,), 1)


def test_files_are_tracked_as_they_were_saved(tables: Tables) -> None:
    pdf = a_tracked(facts=some_facts(etag=None), checked_at=NOON, changed_at=NOON - timedelta(days=400))
    no_file = a_tracked(a_name(extension=Extension.HTML))
    with tables.transaction() as cursor:
        draft_store.save_drafts(cursor, [a_draft()])
        draft_store.save_tracked(cursor, [pdf, no_file])
        assert draft_store.load_tracked(cursor) == [pdf]
        assert draft_store.load_drafts(cursor)["D1234R1"].files[0].length == 1000


def test_sightings_come_change_and_go(tables: Tables) -> None:
    first = an_observation()
    gone = an_observation(
        a_name(7), ObservationKind.GONE, recency=Recency.OLD, trust=Trust.QUARANTINED, failed_attempts=3
    )
    with tables.transaction() as cursor:
        draft_store.save_observations(cursor, [first, an_observation(a_name(8))], [])
        draft_store.save_observations(cursor, [gone, replace(first, failed_attempts=1)], [a_name(8), a_name(9)])
        found = draft_store.load_observations(cursor)
    assert sorted(found, key=lambda each: each.name.number) == [gone, replace(first, failed_attempts=1)]


def test_a_host_is_remembered(tables: Tables) -> None:
    pace = RateLimit(
        policy=UNKNOWN_POLICY, rate=0.25, threshold=0.5, next_at=1000.0, paused_until=5000.5, silent_batches=7,
        trials=1, breaker=BreakerState.HALF_OPEN, error_share=0.75, trouble_since=900.25,
    )  # fmt: skip
    rules = RobotsTxt(status=RobotsStatus.RULES, text="User-agent: *\n", read_at=1.5, due_at=2.5, error="status 503")
    host = Host(
        name="h:1", url="http://h:1/", agent="x", policy=UNKNOWN_POLICY, rate_limit=pace, robots=rules,
        permission=Permission(allowed=True, delay=None), belief=Belief.CATCH_ALL,
    )  # fmt: skip
    with tables.transaction() as cursor:
        assert host_store.load_rate_limit(cursor, "h:1", 1000.0) == (None, Belief.NO_ANSWER)
        assert host_store.load_robots(cursor, "h:1") is None
        for _ in range(2):
            host_store.save_host(cursor, host, datetime.fromtimestamp(1000.0, UTC))
            host_store.save_robots(cursor, "h:1", rules)
        assert host_store.load_rate_limit(cursor, "h:1", 1000.0) == (pace, Belief.CATCH_ALL)
        set_back, _ = host_store.load_rate_limit(cursor, "h:1", 400.0)
        assert set_back is not None
        assert set_back.paused_until - 400.0 == pace.paused_until - 1000.0
        assert host_store.load_robots(cursor, "h:1") == rules


def test_the_switch_is_on_until_it_is_touched(tables: Tables) -> None:
    off = KillSwitch(probing=Probing.OFF, since=NOON, by="operator me")
    with tables.transaction() as cursor:
        assert host_store.load_switch(cursor).probing is Probing.ON
        host_store.save_switch(cursor, replace(off, probing=Probing.ON))
        host_store.save_switch(cursor, off)
        assert host_store.load_switch(cursor) == off


def test_drafts_of_the_first_version_are_followed(empty_database: str) -> None:
    older = Database(empty_database, "prober")
    with older.transaction() as cursor:
        cursor.execute("CREATE SCHEMA prober")
        cursor.execute(
            "CREATE TABLE schema_migrations (package text, name text, applied_at timestamptz NOT NULL DEFAULT now(),"
            " PRIMARY KEY (package, name))"
        )
        cursor.execute((importlib.resources.files("actors.prober.storage.migrations") / "0001_prober.sql").read_text())
        cursor.execute("INSERT INTO schema_migrations VALUES (%s, %s)", ("actors.prober.migrations", "0001_prober.sql"))
        cursor.execute(
            "INSERT INTO drafts VALUES ('D1234R1', 'D', 1234, 1, '2025-11-21 12:00Z', 'silent', 'found', NULL);"
            "INSERT INTO draft_files VALUES ('D1234R1', 'pdf', 'http://x/D1234R1.pdf', '2020-01-01Z', 10),"
            " ('D1234R1', 'html', 'http://x/D1234R1.html', NULL, NULL)"
        )
    older.close()
    tables = Tables(empty_database)
    with tables.transaction() as cursor:
        html, pdf = sorted(draft_store.load_tracked(cursor), key=lambda file: file.name.extension.value)
        assert draft_store.load_drafts(cursor)["D1234R1"].state is DraftState.FOUND
    tables.close()
    assert (pdf.changed_at, html.changed_at) == (datetime(2020, 1, 1, tzinfo=UTC), NOON)
    assert all(timedelta(0) <= datetime.now(UTC) - file.checked_at <= timedelta(days=2) for file in (pdf, html))


ROWS_OF_BEFORE = """
INSERT INTO sightings VALUES
    ('D', 7, 0, 'pdf', 'appeared', NULL, NULL, 1, 'recent', now(), now(), 3, 'held');
INSERT INTO drafts VALUES
    ('D0007R0', 'D', 7, 0, now(), 'silent', 'found', NULL),
    ('D0008R0', 'D', 8, 0, now(), 'announced', 'found', NULL);
INSERT INTO readings VALUES
    ('D0007R0', 'waiting', 1, now(), now()),
    ('D0008R0', 'told', 0, now(), now());
INSERT INTO hosts VALUES
    ('h:1', 1, 1, now(), 2, 0, 'closed', 0, NULL, 'lied', now()),
    ('h:2', 1, 1, now(), 0, 0, 'closed', 0, NULL, 'unheard', now());
INSERT INTO robots VALUES ('h:1', 'untold', '', now(), now(), 'status 500');
INSERT INTO gathered (notice) VALUES
    ('{"id": "P7R0", "happening": "draft_published", "title": "T", "authors": [], "links": [], "matched": []}');
"""


def test_rows_from_before_the_tables_got_their_names_are_read(tables: Tables) -> None:
    """The schema of before is made again in a schema of its own; then the files that came later run on it."""
    files = importlib.resources.files("actors.prober.storage.migrations")
    earlier = ("0001_prober.sql", "0002_gathered.sql", "0003_manners.sql", "0004_front_matter.sql")
    with tables.transaction() as cursor:
        cursor.execute("CREATE SCHEMA earlier; SET LOCAL search_path = earlier")
        for name in earlier:
            cursor.execute(files.joinpath(name).read_text())
        cursor.execute(ROWS_OF_BEFORE)
        cursor.execute(files.joinpath("0005_names.sql").read_text())
        (seen,) = draft_store.load_observations(cursor)
        assert (seen.name, seen.trust, seen.failed_attempts) == (a_name(7, 0), Trust.QUARANTINED, 3)
        jobs = {job.draft: job.status for job in front_matter_store.load_jobs(cursor)}
        assert jobs == {"D0007R0": AnnouncementStatus.PENDING, "D0008R0": AnnouncementStatus.ANNOUNCED}
        limit, belief = host_store.load_rate_limit(cursor, "h:1", NOON.timestamp())
        assert limit is not None
        assert (limit.silent_batches, belief) == (2, Belief.CATCH_ALL)
        assert host_store.load_rate_limit(cursor, "h:2", NOON.timestamp())[1] is Belief.NO_ANSWER
        robots = host_store.load_robots(cursor, "h:1")
        assert robots is not None
        assert robots.status is RobotsStatus.UNREAD
        assert [notice.id for notice in draft_store.take_catch_up_notices(cursor)] == ["P7R0"]
