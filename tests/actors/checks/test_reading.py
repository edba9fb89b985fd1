"""What the ChecksActor tells readers: boards, pages, histories and badges, and how it keeps its tables small."""

import pickle
from datetime import UTC, datetime, timedelta, timezone

import pytest

from actors.runtime.engine.bases import SIMPLE
from messages.check_reading import (
    CheckBadgeQuery,
    CheckBadgeReply,
    CheckBoardQuery,
    CheckBoardReply,
    CheckFlipsQuery,
    CheckFlipsReply,
    CheckHistoryQuery,
    CheckHistoryReply,
    CheckPageQuery,
    CheckPageReply,
    UptimeWindow,
)
from messages.checks import ChecksDone, CheckState, CheckVerdict
from messages.health import ChecksSnapshot, SnapshotRequest
from messages.reading import SomethingNew
from tests.actors.checks.quiet import QuietChecks
from tests.actors.checks.room import Room, quick
from tests.actors.index.server import status
from tests.check_builders import a_check, a_result

MOST_BYTES = 1_000_000
MANY = 10_000


def history(room: Room, key: str) -> CheckHistoryReply:
    """Asked for now."""
    query = CheckHistoryQuery(request_id="h", key=key, since=datetime.now(UTC) - timedelta(days=1), limit=50)
    return room.harness.ask(query, CheckHistoryReply)


def test_readers_see_state_history_uptimes_and_flips(room: Room) -> None:
    room.open(quick(group="infra", interval=1.0))
    room.listed_when(lambda found: found.checks[0].status is CheckState.UP)
    room.server.now_answers(status(503))
    room.alert()
    room.listed_when(lambda found: found.checks[0].status is CheckState.DOWN)
    board = room.harness.ask(CheckBoardQuery(request_id="b"), CheckBoardReply)
    (card,) = board.cards
    assert (card.summary.key, card.summary.status, card.succeeded, card.http_status) == (
        "infra/site", CheckState.DOWN, False, 503,
    )  # fmt: skip
    assert card.recent.startswith("p")
    assert card.recent.endswith("fff")
    assert len(card.recent_ms) == len(card.recent)
    assert [(group.name, group.states, group.succeeded) for group in board.groups] == [
        ("infra", ((CheckState.DOWN, 1),), False)
    ]
    known = history(room, "site")
    assert [flip.state for flip in known.flips] == [CheckState.DOWN, CheckState.UP]
    assert [each.window for each in known.uptimes] == list(UptimeWindow)
    assert {0 < (each.share or 0) < 1 for each in known.uptimes} == {True}
    assert sum(hour.runs for hour in known.hours) == known.uptimes[-1].runs
    assert all(hour.fastest is not None and hour.fastest <= hour.mean <= hour.slowest for hour in known.hours)
    assert "no check" in history(room, "nobody").refusal
    flips = room.harness.ask(
        CheckFlipsQuery(request_id="f", since=datetime.now(UTC) - timedelta(hours=1), limit=10), CheckFlipsReply
    )
    assert flips.flips == known.flips[:1]  # that a new check is up is no news
    badge = room.harness.ask(CheckBadgeQuery(request_id="t", token=known.badge), CheckBadgeReply)
    assert badge.card is not None
    assert badge.card.summary.key == "infra/site"
    assert room.harness.ask(CheckBadgeQuery(request_id="t2", token="0" * 32), CheckBadgeReply).card is None
    room.again(quick(group="infra", interval=1.0))
    again = room.harness.ask(CheckBoardQuery(request_id="b2"), CheckBoardReply)
    assert again.cards[0].recent.startswith(card.recent)
    assert history(room, "site").badge == known.badge


def test_health_hears_of_a_change_and_not_of_every_result(room: Room) -> None:
    room.open(quick(timeout=20.0), actor=QuietChecks)
    room.harness.introduce("notifier", "health")
    for generation in (1, 2, 3):
        room.await_generation(generation)
        room.harness.tell(ChecksDone(results=(a_result(generation=generation),)))
        room.listed_when(lambda found: found.checks[0].last_at is not None)
    assert room.harness.expect(SomethingNew, to="health").source == "checks"
    assert room.harness.heard_of(SomethingNew) == []


@pytest.mark.parametrize("base", [SIMPLE])
def test_ten_thousand_checks_are_listed_in_small_messages(room: Room) -> None:
    room.open(*(a_check(f"c{n:05}", group=f"g{n % 7}", disabled=True) for n in range(MANY)))
    replies: list[CheckPageReply] = []
    listed: list[str] = []
    after = ""
    while True:
        reply = room.harness.ask(CheckPageQuery(request_id=after, after=after, limit=500), CheckPageReply)
        replies.append(reply)
        listed += [check.key for check in reply.checks]
        if not reply.next:
            break
        after = reply.next
    assert listed == sorted(listed)
    assert len(listed) == MANY
    board = room.harness.ask(CheckBoardQuery(request_id="b"), CheckBoardReply)
    assert (board.total, board.is_whole, len(board.groups), board.cards) == (MANY, False, 7, ())
    snapshot = room.harness.ask(SnapshotRequest(request_id="s"), ChecksSnapshot)
    assert snapshot.states == ((CheckState.PAUSED, MANY),)
    first = room.listed()
    assert (len(first.checks), first.next) == (500, first.checks[-1].key)
    for message in (*replies, board, first, snapshot):
        assert len(pickle.dumps(message)) < MOST_BYTES


def test_pages_are_chosen_by_group_and_state(room: Room) -> None:
    room.open(a_check("a", group="x", disabled=True), a_check("b", group="y", interval=3600.0), a_check("c", group="y"))
    query = CheckPageQuery(request_id="p", after="", limit=10, group="y", state=None)
    assert [each.key for each in room.harness.ask(query, CheckPageReply).checks] == ["y/b", "y/c"]
    query = CheckPageQuery(request_id="p2", after="", limit=10, state=CheckState.PAUSED)
    assert [each.key for each in room.harness.ask(query, CheckPageReply).checks] == ["x/a"]
    assert not room.harness.ask(CheckPageQuery(request_id="p3", after="z", limit=1), CheckPageReply).is_after_known


def test_a_partition_that_somebody_dropped_is_made_again(room: Room) -> None:
    room.open(quick(timeout=20.0), actor=QuietChecks)
    room.await_generation(1)
    day = datetime.now(UTC)
    room.harness.tell(ChecksDone(results=(a_result(generation=1, at=day),)))
    room.listed_when(lambda found: found.checks[0].last_at is not None)
    room.change(f"DROP TABLE checks.results_{day:%Y_%m_%d}")
    room.await_generation(2)
    room.harness.tell(ChecksDone(results=(a_result(CheckVerdict.FAILED, generation=2, at=day),)))
    found = room.listed_when(lambda found: len(found.history) == 1, key="site")
    assert found.history[0].verdict is CheckVerdict.FAILED
    assert room.rows("SELECT sum(runs) FROM checks.hours") == [(2,)]


def test_a_day_with_a_wrong_clock_is_stored_and_forgotten_and_takes_nothing_along(room: Room) -> None:
    today = datetime.now(UTC)
    wrong = [today - timedelta(days=500), today + timedelta(days=5000)]
    room.open(quick(timeout=20.0), actor=QuietChecks)
    for generation, at in enumerate((wrong[0], wrong[1], today), 1):
        room.await_generation(generation)
        room.harness.tell(ChecksDone(results=(a_result(generation=generation, at=at),)))
    room.listed_when(lambda found: len(found.history) == 3, key="site")
    room.again(quick(timeout=20.0), actor=QuietChecks)
    room.listed_when(lambda found: len(found.history) == 1, key="site")
    days = [name for (name,) in room.rows("SELECT relname::text FROM pg_class WHERE relname ~ '^results_[0-9_]+$'")]
    first = today - timedelta(days=1)
    assert sorted(days)[-1] <= f"results_{today + timedelta(days=4):%Y_%m_%d}"
    assert sorted(days)[0] >= f"results_{first:%Y_%m_%d}"
    assert room.rows("SELECT sum(runs) FROM checks.hours") == [(3,)]


def test_hours_are_those_of_utc_whatever_the_zone_of_a_result(room: Room) -> None:
    """An hour in which clocks are set back is one hour; one with a zone of half hours is not cut in two."""
    room.open(quick(timeout=20.0), actor=QuietChecks)
    began = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    zones = (timedelta(0), timedelta(hours=5, minutes=45), -timedelta(hours=3, minutes=30))
    for generation, offset in enumerate(zones, 1):
        room.await_generation(generation)
        at = (began + timedelta(minutes=20 * (generation - 1))).astimezone(timezone(offset))
        room.harness.tell(ChecksDone(results=(a_result(generation=generation, at=at),)))
    room.listed_when(lambda found: len(found.history) == 3, key="site")
    assert room.rows("SELECT hour, runs FROM checks.hours") == [(began, 3)]
