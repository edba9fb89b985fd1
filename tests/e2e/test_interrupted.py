"""Ctrl-C as a terminal sends it, to all processes that it sees, ends the service and the demo quietly at any moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from actors.embedded_postgres.place import remove_sheltered
from tests.e2e.service import LIMIT, RUN, wait_for


class Terminal:
    """A program in the foreground of a terminal: a process group of its own."""

    def __init__(self, directory: Path, *words: str, base: str) -> None:
        self.directory = directory
        self.log = directory / "log"
        self.temporary = directory / "tmp"
        self.temporary.mkdir()
        nowhere = {
            "CALLBOARD_DATA_DIR": str(directory / "data"),
            "CALLBOARD_SYSTEM__BASE": base,
            "CALLBOARD_HEALTH__PORT": "0",
            "CALLBOARD_INDEX__URL": "http://127.0.0.1:9/index.json",
            "CALLBOARD_OPEN_STD__ENABLED": "false",
            "CALLBOARD_PROBER__BASE_URL": "http://127.0.0.1:9/files/papers/",
            "TMPDIR": str(self.temporary),
        }
        with self.log.open("wb") as log:
            self.front = subprocess.Popen(
                [sys.executable, str(RUN), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **nowhere},
                process_group=0,
            )

    def said(self) -> str:
        return self.log.read_text()

    def press(self, *numbers: signal.Signals) -> int:
        """Send these to everybody in the foreground; the exit code."""
        for number in numbers:
            os.killpg(self.front.pid, number)
        return self.front.wait(LIMIT)

    def left(self) -> list[psutil.Process]:
        """What it has started and still runs."""
        return [each for each in psutil.process_iter(["cmdline", "cwd"]) if str(self.directory) in str(each.info)]

    def end(self) -> None:
        for process in self.left():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.front.kill()
        self.front.wait(LIMIT)
        remove_sheltered(self.directory / "data")


@pytest.fixture
def in_a_terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Terminal]:
    tmp_path.chmod(0o711)

    def start(*words: str, base: str) -> Terminal:
        terminal = Terminal(tmp_path, *words, base=base)
        request.addfinalizer(terminal.end)
        return terminal

    return start


BASES = ("simpleSystemBase", "multiprocTCPBase")
MOMENTS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
TWICE = (signal.SIGINT, signal.SIGINT)


@pytest.mark.parametrize(
    ("base", "seconds"),
    [
        (BASES[0], 0.2),
        *(
            pytest.param(base, each, marks=pytest.mark.long)
            for base in BASES
            for each in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
        ),
    ],
)
def test_ctrl_c_in_the_middle_of_the_first_start_ends_it_quietly(
    base: str, seconds: float, in_a_terminal: Callable[..., Terminal]
) -> None:
    terminal = in_a_terminal("start", base=base)
    wait_for(lambda: "making the database" in terminal.said())
    time.sleep(seconds)  # wherever it is by then
    assert terminal.press(*TWICE) == 0
    ended_quietly(terminal)


@pytest.mark.long
@pytest.mark.parametrize("numbers", [TWICE, (signal.SIGINT, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)])
@pytest.mark.parametrize("base", BASES)
def test_ctrl_c_of_the_demo_ends_it_quietly_and_its_directory_is_gone(
    base: str, numbers: tuple[signal.Signals, ...], in_a_terminal: Callable[..., Terminal]
) -> None:
    terminal = in_a_terminal("demo", "--base", base, base=base)
    wait_for(lambda: "Open http://" in terminal.said())
    assert terminal.press(*numbers) == 0
    ended_quietly(terminal)


def ended_quietly(terminal: Terminal) -> None:
    said = terminal.said()
    assert not [word for word in ("Traceback", "KeyboardInterrupt", " ERROR ", "callboard: ") if word in said], said
    wait_for(lambda: not terminal.left())
    assert [each.name for each in terminal.temporary.iterdir()] == []
