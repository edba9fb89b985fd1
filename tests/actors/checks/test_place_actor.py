"""The PlaceActor on both bases: the checks of its place run in their rhythm."""

from tests.actors.checks.room import Room, quick
from tests.actors.index.server import status


def test_a_place_that_sees_a_failure_looks_again_sooner_until_the_check_is_down_there(room: Room) -> None:
    check = quick(interval=3600.0, retry_interval=0.1, failure_threshold=3, places=("north", "south"), agree=1)
    room.server.now_answers(status(503))
    room.open_place("north", check)
    room.wait_until(lambda: room.rows("SELECT count(*) FROM checks.place_runs") == [(1,)])
    room.change("UPDATE checks.place_runs SET due_at = clock_timestamp()")
    room.wait_until(lambda: room.rows("SELECT count(*) FROM checks.place_results") == [(3,)])
    later = "SELECT due_at > clock_timestamp() + interval '30 minutes' FROM checks.place_runs"
    assert room.rows(later) == [(True,)]
    room.change("UPDATE checks.place_runs SET due_at = clock_timestamp()")
    room.server.now_answers(status(200))
    room.wait_until(lambda: room.rows("SELECT count(*) FROM checks.place_results") == [(4,)])
    assert room.rows(later) == [(True,)]
