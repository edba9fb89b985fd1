"""Ctrl-C, at any moment of a command, ends it quietly; so does SIGTERM."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from actors.control.socket import listening

RUN = Path(__file__).parents[3] / "run.py"
LIMIT = 60.0


@contextmanager
def silent_service(data_dir: Path) -> Iterator[socket.socket]:
    """Somebody takes connections there, and answers nothing."""
    data_dir.mkdir()
    bound = listening(str(data_dir))
    bound.settimeout(LIMIT)
    with bound:
        yield bound


def started(data_dir: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(RUN), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CALLBOARD_DATA_DIR": str(data_dir)},
        restore_signals=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("status", 130),
        ("status --json", 130),
        ("status --check", 130),
        ("drafts", 130),
        ("watch --user U024BE7LH watching", 130),
        ("status --watch", 0),  # that is how it ends
    ],
)
def test_ctrl_c_while_the_service_is_asked_ends_a_command_quietly(words: str, code: int, tmp_path: Path) -> None:
    with silent_service(tmp_path / "data") as service:
        command = started(tmp_path / "data", *words.split())
        with service.accept()[0]:
            for _ in range(3):  # whoever is impatient presses it again
                command.send_signal(signal.SIGINT)
            output, errors = command.communicate(timeout=LIMIT)
    assert (command.returncode, output, errors) == (code, "", "")


def test_sigterm_while_the_service_is_asked_ends_a_command_quietly(tmp_path: Path) -> None:
    with silent_service(tmp_path / "data") as service:
        command = started(tmp_path / "data", "status")
        with service.accept()[0]:
            command.send_signal(signal.SIGTERM)
            output, errors = command.communicate(timeout=LIMIT)
    assert (command.returncode, output, errors) == (-signal.SIGTERM, "", "")


@pytest.mark.parametrize("milliseconds", [150, 400, 900])
def test_ctrl_c_while_the_program_is_loaded_ends_a_command_quietly(milliseconds: int, tmp_path: Path) -> None:
    with silent_service(tmp_path / "data"):
        command = started(tmp_path / "data", "status")
        wait_for_signals_to_be_kept(command.pid)
        time.sleep(milliseconds / 1000)  # wherever it is by then
        command.send_signal(signal.SIGINT)
        output, errors = command.communicate(timeout=LIMIT)
    assert (command.returncode, output, errors) == (130, "", "")


def wait_for_signals_to_be_kept(pid: int) -> None:
    """Until run.py has had its first line. What Python itself does with a signal before that is not ours."""
    deadline = time.monotonic() + LIMIT
    while not blocked(pid) & 1 << signal.SIGINT - 1:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def blocked(pid: int) -> int:
    """The signals that a process keeps waiting, or takes by a handler of its own."""
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Sig")
    )
    return int(status["SigBlk"], 16)
