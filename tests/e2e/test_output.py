"""Nothing that becomes of standard output or error stops the service, or a command, or loses a notice."""

import os
import pty
import subprocess
import sys
import termios
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.e2e.service import LIMIT, RUN, Service, wait_for
from tests.e2e.staged import on_stage


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


class OutputReader:
    """Reads what there is, without waiting."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self.text = ""

    def more(self) -> str:
        """All that was read."""
        with suppress(BlockingIOError):
            while piece := os.read(self._descriptor, 65536):
                self.text += piece.decode(errors="replace")
        return self.text


def full_pipe(stack: ExitStack) -> tuple[int, int]:
    """Nobody reads it."""
    reading, writing = os.pipe()
    for descriptor in (reading, writing):
        stack.callback(os.close, descriptor)
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 4096)
    os.set_blocking(writing, True)
    return reading, writing


def stopped_terminal(stack: ExitStack) -> tuple[int, int]:
    """One on which somebody has typed Ctrl-S."""
    reading, writing = pty.openpty()
    for descriptor in (reading, writing):
        stack.callback(os.close, descriptor)
    termios.tcflow(writing, termios.TCOOFF)
    return reading, writing


def lost_reader(stack: ExitStack) -> tuple[int, int]:
    """A pipe whose reader has left."""
    reading, writing = os.pipe()
    os.close(reading)
    stack.callback(os.close, writing)
    return reading, writing


def starts(service: Service, output: int) -> None:
    """Start it, until it does what it is told."""
    service.launch(output)
    wait_for(lambda: service.takes_orders() or service.front_ended())
    assert not service.front_ended()


def answers(service: Service) -> None:
    """Everybody does, and so does the health port."""
    url = service.health_of_all()["actors"]["health"]["url"]
    with urllib.request.urlopen(f"{url}livez", timeout=LIMIT) as answer:
        assert answer.read() == b"alive\n"


def nowhere(stack: ExitStack) -> tuple[int, int]:
    """Redirected by the shell."""
    writing = os.open(os.devnull, os.O_WRONLY)
    stack.callback(os.close, writing)
    return -1, writing


@pytest.mark.long
@pytest.mark.parametrize(
    ("redirections", "ends"),
    [
        pytest.param(">&-", nowhere, id="closed stdout"),
        pytest.param("2>&-", nowhere, id="closed stderr"),
        pytest.param("<&- >&- 2>&-", nowhere, id="all closed"),
        pytest.param(">/dev/full 2>/dev/full", nowhere, id="full disk"),
        pytest.param("", lost_reader, id="reader that has left"),
    ],
)
def test_a_service_whose_output_is_lost_runs_and_ends_in_order(
    make_service: Callable[..., Service],
    base: str,
    stack: ExitStack,
    redirections: str,
    ends: Callable[[ExitStack], tuple[int, int]],
) -> None:
    service = make_service(system={"base": base})
    service.redirections = redirections
    starts(service, ends(stack)[1])
    answers(service)
    assert service.terminate() == 0


@pytest.mark.parametrize("ends", [full_pipe, stopped_terminal])
def test_a_notice_is_kept_until_somebody_reads(
    make_service: Callable[..., Service],
    base: str,
    stage: StageClient,
    stack: ExitStack,
    ends: Callable[[ExitStack], tuple[int, int]],
) -> None:
    service = on_stage(make_service, base, stage, slack={"channel": ""}, prober={"enabled": False})
    service.environment = {}
    reading, writing = ends(stack)
    starts(service, writing)
    wait_for(lambda: (service.health() or {"actors": {"index": {}}})["actors"]["index"].get("entries"))
    service.carries_out("watch", "--user", "U3", "watch", "LWG4439")
    stage.set_index(snapshot("2025-12-04"))
    said = wait_for(lambda: [why for why in service.health_of_all()["reasons"] if "console" in why])
    assert "it is not being read" in said[0]
    answers(service)
    if os.isatty(writing):
        termios.tcflow(writing, termios.TCOON)
    reader = OutputReader(reading)
    wait_for(lambda: "swap possibly selects" in reader.more())
    wait_for(lambda: "is running on" in reader.more())
    wait_for(lambda: service.health_of_all()["status"] == "ok")
    stopping = service.terminate()
    assert reader.more().count("swap possibly selects") == 1
    assert stopping == 0


def test_a_notice_is_shown_on_a_terminal_that_is_not_utf_8(
    make_service: Callable[..., Service], base: str, stage: StageClient
) -> None:
    service = on_stage(make_service, base, stage, slack={"channel": ""}, prober={"enabled": False})
    service.environment = {"PYTHONIOENCODING": "ascii"}
    service.start()
    wait_for(lambda: (service.health() or {"actors": {"index": {}}})["actors"]["index"].get("entries"))
    service.carries_out("watch", "--user", "ÜÜ", "watch", "LWG4439")
    stage.set_index(snapshot("2025-12-04"))
    wait_for(lambda: "swap possibly selects" in service.said())
    assert "?? to ?? " in service.said()
    assert service.terminate() == 0
    assert "Traceback" not in service.said()


def test_commands_take_any_encoding_and_say_in_a_word_why_they_cannot_print() -> None:
    def run(redirections: str, *words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            ["sh", "-c", f'"$@" {redirections}', "sh", sys.executable, str(RUN), *words],
            capture_output=True,
            timeout=LIMIT,
            env={**os.environ, **environment},
        )

    helped = run("", "--help", PYTHONIOENCODING="ascii")
    assert (helped.returncode, helped.stderr) == (0, b"")
    assert b"?" in helped.stdout
    full = run(">/dev/full", "check-config")
    assert full.returncode == 1
    assert full.stderr == b"callboard: the output could not be written: No space left on device\n"
    closed = run(">&-", "check-config")
    assert closed.returncode == 1
    assert closed.stderr == b"callboard: the output could not be written: Bad file descriptor\n"
    assert run("<&- 2>&-", "watch", "--user", "ME", "import", "--config", "/nowhere").returncode == 1
    left = run("| true", "check-config")
    assert left.stderr == b""
