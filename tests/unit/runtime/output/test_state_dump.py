"""What SIGUSR1 writes."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest

from actors.runtime.output import logs
from actors.runtime.output.state_dump import LONGEST, StateDump


class Somebody:
    """An actor, as far as the dump is concerned."""

    def __init__(self, *lines: str) -> None:
        self._lines = lines

    def describe(self) -> Iterator[str]:
        yield from self._lines


class Broken:
    """One that cannot be described."""

    def describe(self) -> Iterator[str]:
        raise RuntimeError("in the middle of something")


@pytest.fixture
def dump() -> Iterator[StateDump]:
    before = signal.getsignal(signal.SIGUSR1)
    made = StateDump()
    made.listen()
    yield made
    signal.signal(signal.SIGUSR1, before)


def ask() -> None:
    os.kill(os.getpid(), signal.SIGUSR1)


def test_the_stack_and_each_actor_are_written(dump: StateDump, capfd: pytest.CaptureFixture[str]) -> None:
    first, second = Somebody("index: no handler runs", "counters: {}"), Somebody("prober: at work")
    assert StateDump.of_process() is dump
    for each in (first, second):
        dump.add(each.describe)
    ask()
    written = capfd.readouterr().err
    assert "in ask" in written
    assert "WARNING state: index: no handler runs\n    counters: {}\n" in written
    assert "WARNING state: prober: at work\n" in written


def test_one_that_cannot_be_described_is_in_nobodys_way(dump: StateDump, capfd: pytest.CaptureFixture[str]) -> None:
    broken, whole = Broken(), Somebody("whole")
    dump.add(broken.describe)
    dump.add(whole.describe)
    ask()
    written = capfd.readouterr().err
    assert "could not be described: RuntimeError: in the middle of something" in written
    assert "state: whole" in written


def test_one_that_is_gone_is_not_written(dump: StateDump, capfd: pytest.CaptureFixture[str]) -> None:
    dump.add(Somebody("left the room").describe)
    ask()
    assert "left the room" not in capfd.readouterr().err


def test_what_is_written_is_bounded_and_has_no_secret(dump: StateDump, capfd: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger(logs.ROOT)
    handlers, propagate = logger.handlers, logger.propagate
    logs.set_up("INFO", secrets=["a-secret-of-some-length"])
    try:
        talker = Somebody("x" * 100_000, "token a-secret-of-some-length")
        dump.add(talker.describe)
        ask()
    finally:
        logger.handlers, logger.propagate = handlers, propagate
    written = capfd.readouterr().err
    assert "a-secret-of-some-length" not in written
    assert "token [secret]" in written
    assert len(written) < 4 * LONGEST
