"""The ChecksActor on both bases, with a real database and a real server: what is due runs, once, and is told once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec
from thespian.actors import ActorAddress

from actors.checks.actor import ChecksActor
from actors.checks.runner import CheckRunner
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import DatabaseAway
from messages.checks import (
    AlertPhase,
    CheckAlert,
    CheckPaused,
    CheckRefused,
    ChecksDone,
    CheckState,
    CheckVerdict,
    CheckWasRun,
    PauseCheck,
    RunCheckNow,
    RunChecks,
)
from messages.lifecycle import Drain, Drained
from tests.actors.checks.quiet import QuietChecks
from tests.actors.checks.room import Room, quick
from tests.actors.index.server import status
from tests.builders import settings
from tests.check_builders import a_check, a_result


class _DeafRunner(CheckRunner):
    """Takes runs and never has a result."""

    def receiveMsg_RunChecks(self, command: RunChecks, sender: ActorAddress) -> None:
        """Forget them."""


class ImpatientChecks(ChecksActor):
    """With a runner that hangs, whose runs are given out again at once."""

    RUNNER = _DeafRunner
    GRACE_SECONDS = 0.3


class ForsakenChecks(ImpatientChecks):
    """Whose database is away when it has results for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._is_away = True

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Refused once."""
        if self._intake.is_waiting and self._is_away:
            self._is_away = False
            raise DatabaseAway("away for a moment")
        with super().transaction() as tx:
            yield tx


class SevereChecks(ImpatientChecks):
    """Whose database is away from its first result on."""

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Refused."""
        if self._intake.is_waiting:
            raise DatabaseAway("away for good")
        with super().transaction() as tx:
            yield tx


class RemindingChecks(ChecksActor):
    """Looks all the time whether a reminder is due."""

    REMINDER_SECONDS = 0.1


def test_it_is_told_once_that_a_check_goes_down_and_once_that_it_is_back(room: Room) -> None:
    room.open(quick())
    room.listed_when(lambda found: found.checks[0].status is CheckState.UP)
    room.server.now_answers(status(503))
    began = room.alert()
    assert began.phase is AlertPhase.BEGAN
    assert began.text.startswith("site is down: [STATUS] (503) == 200\n3 times in a row")
    assert room.listed().checks[0].status is CheckState.DOWN
    room.server.now_answers(status(200))
    ended = room.alert()
    assert (ended.phase, ended.outage) == (AlertPhase.ENDED, began.outage)
    room.listed_when(lambda found: found.checks[0].status is CheckState.UP)
    assert room.harness.heard_of(CheckAlert) == []
    assert [state for (state,) in room.rows("SELECT state FROM checks.transitions ORDER BY at")] == ["up", "down", "up"]
    assert room.harness.failures() == []


def test_results_are_kept_raw_and_by_the_hour(room: Room) -> None:
    room.open(quick())
    found = room.listed_when(lambda found: len(found.history) >= 3, key="site")
    assert found.definition is not None
    assert {each.verdict for each in found.history} == {CheckVerdict.PASSED}
    assert [each.at for each in found.history] == sorted((each.at for each in found.history), reverse=True)
    ((raw,),) = room.rows("SELECT count(*) FROM checks.results")
    ((runs, failed),) = room.rows("SELECT sum(runs), sum(failed) FROM checks.hours")
    assert runs >= raw >= 3
    assert failed == 0


def test_a_stuck_run_is_given_out_again_and_its_late_result_is_dropped(room: Room) -> None:
    room.open(quick(timeout=0.1), actor=ImpatientChecks)
    room.await_generation(2)
    room.harness.tell(ChecksDone(results=(a_result(CheckVerdict.FAILED, generation=1),)))
    assert room.counters()["late_results"] == 1
    assert room.listed().checks[0].last_at is None
    ((generation,),) = room.rows("SELECT generation FROM checks.checks")
    room.harness.tell(ChecksDone(results=(a_result(generation=generation),)))
    assert room.counters().get("results", 0) <= 1


def test_a_result_that_comes_twice_counts_once(room: Room) -> None:
    room.open(quick(timeout=20.0), actor=ImpatientChecks)
    room.await_generation(1)
    done = ChecksDone(results=(a_result(generation=1),))
    room.harness.tell(done)
    room.harness.tell(done)
    counters = room.counters()
    assert (counters["results"], counters["late_results"]) == (1, 1)


def test_results_that_come_while_the_database_is_away_are_stored_when_it_is_back(room: Room) -> None:
    room.open(quick(timeout=20.0), actor=ForsakenChecks)
    room.await_generation(1)
    room.harness.tell(ChecksDone(results=(a_result(generation=1),)))
    room.listed_when(lambda found: found.checks[0].last_at is not None)
    assert room.counters()["results"] == 1


def test_results_that_wait_for_the_database_are_stored_before_the_actor_starts_over(room: Room) -> None:
    room.open(quick(timeout=20.0, interval=3600.0), actor=ForsakenChecks)
    room.harness.tell(RunCheckNow(request_id="r", key="site"))
    room.await_generation(1)
    (generation,) = room.rows("SELECT generation FROM checks.checks")[0]
    room.harness.tell(ChecksDone(results=(a_result(generation=generation),)))
    room.harness.tell(Drain())
    room.harness.expect(Drained)
    assert room.rows("SELECT verdict FROM checks.results") == [("passed",)]


def test_results_that_cannot_be_stored_before_the_actor_starts_over_are_runs_that_come_again(room: Room) -> None:
    room.open(quick(timeout=20.0), actor=SevereChecks)
    room.await_generation(1)
    room.harness.tell(ChecksDone(results=(a_result(generation=1),)))
    room.harness.tell(Drain())
    room.harness.expect(Drained)
    assert room.rows("SELECT verdict FROM checks.results") == []
    room.again(quick())
    room.listed_when(lambda found: found.checks[0].last_at is not None)


def test_one_result_that_cannot_be_stored_fails_alone(room: Room) -> None:
    room.open(*(quick(f"c{number}", timeout=20.0) for number in range(3)), actor=ImpatientChecks)
    room.await_generation(1)
    results = [a_result(key=f"c{number}", generation=1) for number in range(3)]
    results[1] = replace(results[1], status=2**40)
    room.harness.tell(ChecksDone(results=tuple(results)))
    counters = room.counters()
    assert (counters["results"], counters["results_refused"]) == (2, 1)
    assert [each.last_at is not None for each in room.listed().checks] == [True, False, True]


def test_checks_that_are_due_at_once_all_run_with_a_bounded_number_in_flight(room: Room) -> None:
    room.open(*(a_check(f"c{number:03}", interval=4.0, timeout=50.0) for number in range(400)))
    found = room.listed_when(lambda found: all(check.last_at is not None for check in found.checks))
    assert {check.status for check in found.checks} == {CheckState.UP}
    assert len(found.checks) == 400


def test_an_operator_runs_a_check_now(room: Room) -> None:
    room.open(a_check(interval=3600.0), a_check("other", group="infra", interval=3600.0))
    room.server.now_answers(status(418))
    done = room.harness.ask(RunCheckNow(request_id="r", key="other"), CheckWasRun)
    assert (done.result.key, done.result.verdict, done.result.status) == ("infra/other", CheckVerdict.FAILED, 418)
    refused = room.harness.ask(RunCheckNow(request_id="r2", key="nobody"), CheckRefused)
    assert refused.detail == "there is no check nobody: `callboard checks list` shows all"


def test_a_paused_check_does_not_run_also_after_a_restart(room: Room) -> None:
    room.open(quick())
    room.listed_when(lambda found: found.checks[0].last_at is not None)
    paused = room.harness.ask(PauseCheck(request_id="p", key="site", paused=True), CheckPaused)
    assert paused.check.status is CheckState.PAUSED
    room.again(quick())
    assert room.listed().checks[0].status is CheckState.PAUSED
    generation = room.rows("SELECT generation FROM checks.checks")
    room.server.now_answers(status(500))
    room.harness.ask(PauseCheck(request_id="p2", key="site", paused=False), CheckPaused)
    room.listed_when(lambda found: "500" in found.checks[0].error)
    assert room.rows("SELECT generation FROM checks.checks") > generation


def test_an_outage_goes_on_over_a_restart(room: Room) -> None:
    room.open(quick())
    room.server.now_answers(status(503))
    began = room.alert()
    room.again(quick())
    room.listed_when(lambda found: found.checks[0].status is CheckState.DOWN)
    room.server.now_answers(status(200))
    ended = room.alert()
    assert (ended.outage, ended.phase) == (began.outage, AlertPhase.ENDED)


def test_a_check_that_is_no_longer_configured_is_forgotten_and_its_outage_ends(room: Room) -> None:
    room.open(quick(), quick("other"))
    room.server.now_answers(status(503))
    alerts = {room.alert().outage, room.alert().outage}
    room.again(quick("other"))
    ended = room.alert()
    assert ended.text == "site is no longer checked."
    assert ended.outage in alerts
    assert [check.name for check in room.listed().checks] == ["other"]


def test_the_outage_of_the_last_check_that_is_removed_ends(room: Room) -> None:
    room.open(quick())
    room.server.now_answers(status(503))
    began = room.alert()
    room.again()
    ended = room.alert()
    assert (ended.outage, ended.text) == (began.outage, "site is no longer checked.")


def test_what_is_in_flight_is_handed_back_when_the_service_stops(room: Room) -> None:
    room.open(quick(timeout=20.0), actor=ImpatientChecks)
    room.wait_until(lambda: bool(room.rows("SELECT 1 FROM checks.checks WHERE claimed_until IS NOT NULL")))
    room.harness.tell(Drain())
    room.harness.expect(Drained)
    assert room.rows("SELECT count(*) FROM checks.checks WHERE claimed_until IS NOT NULL") == [(0,)]


def test_reminders_are_told(room: Room) -> None:
    room.open(quick(failure_threshold=1, remind_every=0.1), actor=RemindingChecks)
    room.server.now_answers(status(503))
    began = room.alert()
    reminder = room.harness.expect(CheckAlert, to="notifier", where=lambda each: each.phase is AlertPhase.REMINDED)
    assert reminder.outage == began.outage
    assert reminder.text.startswith("site is still down (")


def test_all_who_run_a_check_at_the_same_time_are_answered(room: Room) -> None:
    room.open(quick(timeout=20.0, interval=3600.0), actor=QuietChecks)
    for number in (1, 2):
        room.harness.tell(RunCheckNow(request_id=f"r{number}", key="site"))
    room.await_generation(2)
    (generation,) = room.rows("SELECT generation FROM checks.checks")[0]
    room.harness.tell(ChecksDone(results=(a_result(generation=generation),)))
    assert {room.harness.expect(CheckWasRun).request_id for _ in range(2)} == {"r1", "r2"}


def test_a_result_of_a_place_that_cannot_be_stored_or_read_fails_alone(room: Room) -> None:
    room.open(quick(places=("north", "south"), agree=1, failure_threshold=1), actor=ImpatientChecks)
    well, bad = a_result(CheckVerdict.FAILED, place="north"), a_result(place="south", status=2**40)
    for text in (json.dumps(msgspec.to_builtins(bad)), "{}", json.dumps(msgspec.to_builtins(well))):
        room.change(f"INSERT INTO checks.place_results (result) VALUES ('{text}')")
    assert room.alert().phase is AlertPhase.BEGAN
    counters = room.counters()
    assert (counters["results"], counters["results_refused"]) == (1, 2)
    assert room.rows("SELECT count(*) FROM checks.place_results") == [(0,)]


def test_results_of_places_are_stored_when_a_partition_is_gone(room: Room) -> None:
    room.open(quick(places=("north",), agree=1, failure_threshold=1), actor=ImpatientChecks)
    room.listed()
    for (partition,) in room.rows(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'checks.results'::regclass"
    ):
        room.change(f"DROP TABLE {partition}")
    text = json.dumps(msgspec.to_builtins(a_result(CheckVerdict.FAILED, place="north")))
    room.change(f"INSERT INTO checks.place_results (result) VALUES ('{text}')")
    assert room.alert().phase is AlertPhase.BEGAN


def test_old_results_are_dropped_also_when_there_are_no_checks_any_more(room: Room) -> None:
    room.open(quick())
    room.listed_when(lambda found: bool(room.rows("SELECT 1 FROM checks.results LIMIT 1")))
    room.change(
        "CREATE TABLE checks.results_2026_01_01 PARTITION OF checks.results"
        " FOR VALUES FROM ('2026-01-01') TO ('2026-01-02')"
    )
    room.harness.leave()
    room.harness.settings = settings(checks=(), health={"builtin_checks": False})
    room.harness.begin(ChecksActor, "checks", others=("notifier",))
    room.listed_when(lambda found: room.rows("SELECT to_regclass('checks.results_2026_01_01')") == [(None,)])
    assert not room.listed().checks
