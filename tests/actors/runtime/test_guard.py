"""The guard around handlers, on both bases."""

import os
import signal
from collections.abc import Callable

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.lifecycle import ActorFailed
from tests.actors.harness import Harness
from tests.actors.runtime.cast import Order, Parent, Report, Stumbler

pytestmark = pytest.mark.bases(SIMPLE, TCP)


@pytest.fixture
def stumbler(make_harness: Callable[..., Harness]) -> Harness:
    harness = make_harness()
    harness.begin(Stumbler, "stumbler")
    return harness


@pytest.mark.parametrize("how", ["raise", "exit", "interrupt"])
def test_a_handler_that_fails_is_told_once_and_not_run_again(stumbler: Harness, how: str) -> None:
    stumbler.tell(Order(request_id="1", what=how))
    failure = stumbler.expect(ActorFailed)
    assert failure.name == "stumbler"
    assert failure.handler == "Order"
    assert "Traceback" in failure.trace
    report = stumbler.ask(Order(request_id="2", what="count"), Report)
    assert report.text == "2"
    assert dict(report.status.counters)["failures"] == 1
    assert stumbler.failures() == []


@pytest.mark.parametrize(("how", "said"), [("late", "late boom"), ("async", "async boom")])
def test_a_failure_on_the_private_loop_is_guarded_too(stumbler: Harness, how: str, said: str) -> None:
    stumbler.tell(Order(request_id="1", what=how))
    assert said in stumbler.expect(ActorFailed).trace
    assert stumbler.ask(Order(request_id="2", what="count"), Report).text == "2"


def test_an_unknown_message_is_counted(stumbler: Harness) -> None:
    stumbler.tell(Report(request_id="?", text="", status=None))  # type: ignore[arg-type]
    report = stumbler.ask(Order(request_id="1", what="count"), Report)
    assert dict(report.status.counters)["unknown_messages"] == 1


@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_a_killed_child_is_reported_to_its_parent_once(make_harness: Callable[..., Harness]) -> None:
    harness = make_harness()
    harness.begin(Parent, "parent")
    harness.tell(Order(request_id="1", what="hire"))
    begun = harness.expect(Report, where=lambda report: report.request_id == "begun")
    os.kill(int(begun.text), signal.SIGKILL)
    exited = harness.expect(Report, where=lambda report: report.request_id == "exited")
    assert exited.text == "child"
    assert dict(exited.status.counters)["exits"] == 1


def test_lines_that_nobody_read_are_counted(stumbler: Harness) -> None:
    stumbler.tell(Order(request_id="1", what="chatter"))
    report = stumbler.ask(Order(request_id="2", what="count"), Report)
    stumbler.tell(Order(request_id="3", what="hush"))
    assert 800 < dict(report.status.counters)["output_lines_dropped"] < 1500
    assert stumbler.ask(Order(request_id="4", what="count"), Report).status.last_error is None


@pytest.mark.parametrize("base", ["multiprocTCPBase"], indirect=True)
def test_the_engine_leaves_no_zombie_behind(stumbler: Harness) -> None:
    assert stumbler.driver.process_group > 0
    with pytest.raises(ProcessLookupError):
        os.kill(stumbler.driver.process_group, 0)
    os.killpg(stumbler.driver.process_group, 0)
