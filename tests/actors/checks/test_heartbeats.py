"""Heartbeats of the ChecksActor on both bases, with a real database: what is pushed counts once it is stored, and what
does not come is told."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest

from actors.checks.actor import ChecksActor
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import DatabaseAway
from messages.check_definitions import CheckDefinition, CheckKind, HeartbeatOptions
from messages.checks import (
    AlertPhase,
    CheckAlert,
    CheckPaused,
    CheckRefused,
    ChecksListed,
    CheckState,
    CheckVerdict,
    ListChecks,
    PauseCheck,
    RunCheckNow,
)
from messages.heartbeats import HeartbeatSignal, HeartbeatsPushed, PushHeartbeat, PushHeartbeats, PushOutcome
from messages.lifecycle import Drain, Drained
from tests.actors.harness import LIMIT, Harness
from tests.builders import settings
from tests.check_builders import a_check

TOKEN = "0123456789abcdef"
OTHER_TOKEN = "fedcba9876543210"


class UnwritableChecks(ChecksActor):
    """Whose database is away when a signal is to be stored for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._has_begun = self._was_away = False

    def receiveMsg_PushHeartbeats(self, command: PushHeartbeats, sender: Any) -> None:
        """From now on signals come."""
        self._has_begun = True
        super().receiveMsg_PushHeartbeats(command, sender)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Refused once."""
        if self._has_begun and not self._was_away:
            self._was_away = True
            raise DatabaseAway("away for a moment")
        with super().transaction() as tx:
            yield tx


class Jobs:
    """What pushes to a ChecksActor."""

    def __init__(self, make_harness: Callable[..., Harness], dsn: str) -> None:
        self._make, self._dsn = make_harness, dsn
        self._asked = 0
        self.harness: Harness

    def open(self, *checks: CheckDefinition, actor: type[ChecksActor] = ChecksActor) -> None:
        """Begin the actor."""
        self.harness = self._make(settings(checks=checks), self._dsn)
        self.harness.begin(actor, "checks", others=("notifier",))

    def again(self, *checks: CheckDefinition) -> None:
        """End the actor, and begin one on the same tables."""
        self.harness.leave()
        self.harness.settings = settings(checks=checks)
        self.harness.begin(ChecksActor, "checks", others=("notifier",))

    def push(self, signal: HeartbeatSignal = HeartbeatSignal.SUCCESS, **changes: Any) -> PushOutcome:
        """What becomes of a signal."""
        self._asked += 1
        known: dict[str, Any] = {"request_id": f"p{self._asked}", "token": TOKEN, "signal": signal}
        push = PushHeartbeat(**(known | changes))
        self.harness.tell(PushHeartbeats(pushes=(push,)))
        (reply,) = self.harness.expect(HeartbeatsPushed).replies
        assert reply.request_id == push.request_id
        return reply.outcome

    def listed(self, key: str = "backup") -> ChecksListed:
        """Asked for now."""
        self._asked += 1
        return self.harness.ask(ListChecks(request_id=f"l{self._asked}", key=key), ChecksListed)

    def state_when(self, state: CheckState) -> ChecksListed:
        """Asked for until it is in this state."""
        deadline = time.monotonic() + LIMIT
        while (found := self.listed()).checks[0].status is not state:
            assert time.monotonic() < deadline, found
            self.harness.listen(0.02)
        return found

    def execute(self, statement: str) -> None:
        """As another user of the database."""
        connection = psycopg2.connect(self._dsn)
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()

    def alert(self) -> CheckAlert:
        """The next that the notifier is told."""
        return self.harness.expect(CheckAlert, to="notifier")


@pytest.fixture
def jobs(make_harness: Callable[..., Harness], database: str) -> Jobs:
    return Jobs(make_harness, database)


def a_heartbeat(name: str = "backup", token: str = TOKEN, **options: Any) -> CheckDefinition:
    """One whose signal is expected once an hour."""
    return a_check(
        name,
        kind=CheckKind.HEARTBEAT,
        url="heartbeat://",
        condition=(),
        failure_threshold=1,
        success_threshold=1,
        heartbeat=HeartbeatOptions(token=token, **({"period": 3600.0, "grace": 300.0} | options)),
    )


def test_a_job_that_fails_is_told_and_one_that_succeeds_again_too(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(), a_heartbeat("other", OTHER_TOKEN))
    assert jobs.listed().checks[0].status is CheckState.UNKNOWN
    assert jobs.push() is PushOutcome.STORED
    assert jobs.listed().checks[0].status is CheckState.UP
    assert jobs.push(HeartbeatSignal.FAIL, exit_status=3, output="begin\ndisk full\n") is PushOutcome.STORED
    began = jobs.alert()
    assert began.text == "backup is down: exit status 3: disk full"
    found = jobs.listed()
    assert found.checks[0].status is CheckState.DOWN
    assert found.heartbeat is not None
    assert found.heartbeat.output == "begin\ndisk full\n"
    assert [each.verdict for each in found.history] == [CheckVerdict.FAILED, CheckVerdict.PASSED]
    jobs.push()
    ended = jobs.alert()
    assert (ended.phase, ended.outage) == (AlertPhase.ENDED, began.outage)
    other = jobs.listed("other")
    assert (other.checks[0].status, other.history) == (CheckState.UNKNOWN, ())
    assert jobs.harness.failures() == []


def test_a_signal_that_does_not_come_is_told_once_and_so_is_the_next(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(period=0.5, grace=0.5))
    jobs.push()
    began = jobs.alert()
    assert began.text.startswith("backup is down: no signal since ")
    jobs.state_when(CheckState.DOWN)
    jobs.push()
    assert jobs.alert().outage == began.outage


def test_a_run_that_begins_and_does_not_end_is_down(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(grace=0.5))
    assert jobs.push(HeartbeatSignal.START) is PushOutcome.STORED
    assert jobs.alert().text.startswith("backup is down: a run began at ")
    jobs.push()
    found = jobs.state_when(CheckState.UP)
    assert found.checks[0].duration is not None
    assert found.checks[0].duration >= 0.5
    assert jobs.alert().phase is AlertPhase.ENDED


def test_what_was_never_pushed_is_unknown_for_good(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(period=0.05, grace=0.05), a_heartbeat("other", OTHER_TOKEN, period=0.1, grace=0.1))
    jobs.push(token=OTHER_TOKEN)
    jobs.alert()  # of the other, after more time than the first one has
    assert jobs.listed().checks[0].status is CheckState.UNKNOWN
    assert jobs.harness.heard_of(CheckAlert) == []


def test_signals_are_remembered_over_a_restart(jobs: Jobs) -> None:
    jobs.open(a_heartbeat())
    jobs.push()
    jobs.push(HeartbeatSignal.START, output="it begins")
    jobs.again(a_heartbeat())
    found = jobs.listed()
    assert found.heartbeat is not None
    assert found.heartbeat.started_at is not None
    assert found.heartbeat.late_at is not None
    assert (found.checks[0].status, found.heartbeat.output) == (CheckState.UP, "it begins")


def test_a_signal_that_was_due_while_nobody_listened_is_awaited_for_its_grace(jobs: Jobs) -> None:
    jobs.open(a_heartbeat())
    jobs.push()
    jobs.harness.leave()
    jobs.execute("UPDATE checks.heartbeats SET ended_at = ended_at - interval '1 day'")
    began_at = time.monotonic()
    jobs.again(a_heartbeat(grace=1.0))
    assert jobs.alert().text.startswith("backup is down: no signal since ")
    assert time.monotonic() - began_at >= 1.0


def test_an_unknown_token_is_told_nothing_and_changes_nothing(jobs: Jobs) -> None:
    jobs.open(a_heartbeat())
    for token in ("", "0" * 16, TOKEN[:-1], f"{TOKEN}0", "é" * 16, "\udcff" * 16):
        assert jobs.push(token=token) is PushOutcome.UNKNOWN
    assert jobs.push(endpoint="_other") is PushOutcome.UNKNOWN
    assert jobs.push(endpoint="_backup") is PushOutcome.STORED
    assert len(jobs.listed().history) == 1


def test_a_signal_that_is_sent_again_for_a_lost_answer_counts_once(jobs: Jobs) -> None:
    jobs.open(a_heartbeat())
    for _ in range(3):
        assert jobs.push(HeartbeatSignal.FAIL, run_id="7") is PushOutcome.STORED
    jobs.push(HeartbeatSignal.FAIL, run_id="8")
    assert len(jobs.listed().history) == 2


def test_one_that_pushes_without_end_is_slowed_down(jobs: Jobs) -> None:
    jobs.open(a_heartbeat())
    outcomes = [jobs.push(HeartbeatSignal.LOG) for _ in range(80)]
    assert outcomes[0] is PushOutcome.STORED
    assert PushOutcome.TOO_OFTEN in outcomes


def test_a_signal_that_comes_while_the_database_is_away_is_answered_when_it_is_stored(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(), actor=UnwritableChecks)
    assert jobs.push() is PushOutcome.STORED
    assert len(jobs.listed().history) == 1


def test_signals_that_come_together_are_all_answered_in_their_order(jobs: Jobs) -> None:
    names = [f"job{number:02}" for number in range(60)]
    jobs.open(*(a_heartbeat(name, f"{name}-0123456789abcdef") for name in names))
    pushes = [
        PushHeartbeat(request_id=f"{name}{signal.value}", token=f"{name}-0123456789abcdef", signal=signal)
        for signal in (HeartbeatSignal.START, HeartbeatSignal.FAIL, HeartbeatSignal.SUCCESS)
        for name in names
    ]
    for first in range(0, len(pushes), 45):
        jobs.harness.tell(PushHeartbeats(pushes=tuple(pushes[first : first + 45])))
    answered: list[str] = []
    while len(answered) < len(pushes):
        replies = jobs.harness.expect(HeartbeatsPushed).replies
        assert {each.outcome for each in replies} == {PushOutcome.STORED}
        answered += [each.request_id for each in replies]
    assert sorted(answered) == sorted(each.request_id for each in pushes)
    for name in names[::20]:
        found = jobs.listed(name)
        assert [each.verdict for each in found.history] == [CheckVerdict.PASSED, CheckVerdict.FAILED]
        assert found.checks[0].status is CheckState.UP
    assert jobs.harness.failures() == []


def test_one_signal_that_cannot_be_stored_fails_alone(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(), a_heartbeat("other", OTHER_TOKEN))
    pushes = tuple(
        PushHeartbeat(request_id=name, token=token, signal=HeartbeatSignal.SUCCESS, output=output)
        for name, token, output in (("bad", TOKEN, "a\0b"), ("good", OTHER_TOKEN, "well"))
    )
    jobs.harness.tell(PushHeartbeats(pushes=pushes))
    assert [each.request_id for each in jobs.harness.expect(HeartbeatsPushed).replies] == ["good"]
    assert (len(jobs.listed("other").history), len(jobs.listed().history)) == (1, 0)
    assert jobs.harness.heard_of(HeartbeatsPushed) == []


def test_a_paused_heartbeat_is_heard_but_not_judged(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(period=3600.0))
    jobs.push()
    jobs.harness.ask(PauseCheck(request_id="a", key="backup", paused=True), CheckPaused)
    assert jobs.push(HeartbeatSignal.FAIL) is PushOutcome.STORED
    found = jobs.listed()
    assert (found.checks[0].status, len(found.history)) == (CheckState.PAUSED, 1)
    assert found.heartbeat is not None
    assert found.heartbeat.signal is HeartbeatSignal.FAIL
    resumed = jobs.harness.ask(PauseCheck(request_id="b", key="backup", paused=False), CheckPaused)
    assert resumed.check.status is not CheckState.PAUSED
    assert jobs.harness.heard_of(CheckAlert) == []


def test_a_heartbeat_cannot_be_run(jobs: Jobs) -> None:
    jobs.open(a_heartbeat())
    refused = jobs.harness.ask(RunCheckNow(request_id="r", key="backup"), CheckRefused)
    assert refused.detail == "backup is a heartbeat: it is pushed, and cannot be run"


def test_a_heartbeat_that_is_no_longer_configured_is_forgotten(jobs: Jobs) -> None:
    jobs.open(a_heartbeat(), a_heartbeat("other", OTHER_TOKEN))
    jobs.push()
    jobs.again(a_heartbeat("other", OTHER_TOKEN))
    assert jobs.push() is PushOutcome.UNKNOWN
    jobs.again(a_heartbeat(), a_heartbeat("other", OTHER_TOKEN))
    found = jobs.listed()
    assert found.heartbeat is not None
    assert (found.checks[0].status, found.heartbeat.signal) == (CheckState.UNKNOWN, None)


def test_a_signal_that_has_just_come_is_stored_and_answered_before_the_actor_starts_over(jobs: Jobs) -> None:
    jobs.open(a_heartbeat())
    push = PushHeartbeat(request_id="p", token=TOKEN, signal=HeartbeatSignal.SUCCESS)
    jobs.harness.tell(PushHeartbeats(pushes=(push,)))
    jobs.harness.tell(Drain())
    assert [each.outcome for each in jobs.harness.expect(HeartbeatsPushed).replies] == [PushOutcome.STORED]
    jobs.harness.expect(Drained)
