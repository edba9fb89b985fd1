"""What the prober remembers for readers, on a real server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from actors.prober.announce import requests
from actors.prober.model.batch import Batch
from actors.prober.storage import journal
from actors.runtime.database.connection import Database
from messages.drafts import DraftsFound, DraftsUpdated, DraftsWithdrawn, DraftUpdate
from messages.probing import Network, ProbeResults, Verdict
from messages.reading import DraftHistoryQuery, DraftStep, RequestHistoryQuery, RequestKind
from tests.builders import NOON
from tests.prober_builders import a_name, an_answer
from tests.reading_builders import draft_called


@pytest.fixture
def cursor(database: str) -> Iterator[Any]:
    tables = Database(database, "prober")
    tables.migrate({"prober": "actors.prober.storage.migrations"})
    with tables.transaction() as opened:
        yield opened
    tables.close()


def test_what_happened_to_drafts_is_told_newest_first(cursor: Any) -> None:
    draft = draft_called("D1R1")
    journal.record_events(cursor, [DraftsFound(drafts=(draft,))], NOON)
    update = DraftUpdate(draft=draft, changes=(), summary="the pdf is longer")
    journal.record_events(cursor, [DraftsUpdated(updates=(update,)), object()], NOON + timedelta(hours=1))
    journal.record_events(cursor, [DraftsWithdrawn(drafts=(draft,))], NOON + timedelta(hours=2))
    journal.record_published(cursor, [draft], NOON + timedelta(hours=3))

    query = DraftHistoryQuery(request_id="1", since=NOON - timedelta(days=400), limit=3)
    told = journal.history(cursor, query)
    assert [each.step for each in told] == [DraftStep.PUBLISHED, DraftStep.WITHDRAWN, DraftStep.UPDATED]
    assert told[-1].detail == "the pdf is longer"


def test_requests_are_counted_by_hour_kind_and_verdict(cursor: Any) -> None:
    cursor.execute("SELECT now()")
    (now,) = cursor.fetchone()
    counts = {(RequestKind.SEARCH, Verdict.MISSING): 7, (RequestKind.RECHECK, Verdict.UNCHANGED): 2}
    for _ in range(2):
        journal.add_requests(cursor, counts, now)
    journal.add_requests(cursor, {}, now)
    for by_day in (False, True):
        query = RequestHistoryQuery(request_id="1", since=now - timedelta(hours=2), by_day=by_day)
        assert {(each.kind, each.verdict): each.requests for each in journal.requests(cursor, query)} == {
            (RequestKind.SEARCH, Verdict.MISSING): 14,
            (RequestKind.RECHECK, Verdict.UNCHANGED): 4,
        }


def test_what_is_old_is_deleted(cursor: Any) -> None:
    old = NOON - timedelta(days=4000)
    journal.record_published(cursor, [draft_called("D1R1")], old)
    journal.add_requests(cursor, {(RequestKind.SEARCH, Verdict.HIT): 1}, old)
    assert journal.expire(cursor, 100) == 2
    assert journal.expire(cursor, 100) == 0


def test_the_requests_of_a_batch_have_kinds() -> None:
    search, seen, wanted = a_name(1), a_name(2), a_name(3)
    probed = ProbeResults(
        generation=1,
        results=(
            an_answer(search, Verdict.MISSING),
            an_answer(seen, Verdict.UNCHANGED),
            an_answer(wanted, Verdict.HIT),
        ),
        canary=None,
        network=Network.UP,
        requests=4,
        cpu=0.0,
    )
    batch = Batch(scheduled=(search,), rechecks=(seen,), requested=(wanted,))
    assert requests.of_batch(probed, batch) == {
        (RequestKind.SEARCH, Verdict.MISSING): 1,
        (RequestKind.RECHECK, Verdict.UNCHANGED): 1,
        (RequestKind.OPERATOR, Verdict.HIT): 1,
        (RequestKind.CANARY, Verdict.MISSING): 1,
    }
