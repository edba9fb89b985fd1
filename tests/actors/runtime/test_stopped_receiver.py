"""A process that is stopped (SIGSTOP) takes nothing and says nothing: who sends to it must not stop with it."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from actors.runtime.engine.bases import TCP
from messages.delivery import Ack
from messages.lifecycle import Introduce
from tests.actors.harness import Harness
from tests.actors.runtime.cast import Counters, Order, Report, Sleeper, numbers, reaches, report

STOPPED = 16.0
"""Seconds. An actor that sent its window again after 2, 4 and 8 s was held back by Thespian after 14.6 s."""

AFTERWARDS = 120.0
"""Seconds. By then the actor has learnt to wait for 30 s before it looks for its receiver again."""


@pytest.mark.parametrize("base", [TCP])
def test_an_actor_answers_everybody_else_while_one_receiver_is_stopped_and_then_sends_it_all(
    make_harness: Callable[..., Harness], database: str, base: str
) -> None:
    harness = make_harness(dsn=database)
    harness.begin(Counters, "ledger", others=("source",))
    sleeper = harness.driver.create(Sleeper)
    harness.driver.tell(sleeper, Order(request_id="pid", what="pid"))
    pid = int(harness.expect(Report, where=lambda reply: reply.request_id == "pid").text)
    addresses = (harness.actor, harness.recorders["source"], sleeper)
    harness.tell(Introduce(names=("ledger", "source", "next"), addresses=addresses))
    os.kill(pid, signal.SIGSTOP)
    try:
        seq = send_for(harness, STOPPED)
    finally:
        os.kill(pid, signal.SIGCONT)
    harness.driver.tell(sleeper, Order(request_id="wake", what=str(seq)))
    slept = harness.expect(Report, where=lambda reply: reply.request_id == "slept", limit=AFTERWARDS)
    assert slept.text == str(seq)


def send_for(harness: Harness, seconds: float) -> int:
    """An event, and a question, each tenth of a second; how many were taken and answered, all while it is stopped."""
    seq, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        harness.deliver("source", seq + 1, numbers(1000 + seq))
        seq += 1
        harness.expect(Ack, to="source", where=reaches(seq))
        assert report(harness).status.waiting == seq
        harness.listen(0.1)
    return seq
