"""What a dead front left is ended, and nobody else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.front.run import remains

WAIT = "import sys; print(flush=True); sys.stdin.read()"
NAMED_STRANGELY = "open('/proc/self/comm', 'wb').write(b') R\\xff');" + WAIT


@pytest.fixture
def leader() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that leads a group of its own, as the first of the actor processes does."""
    command, pipe = [sys.executable, "-c", WAIT], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # its command line is not there at once
        yield process
        process.kill()


def recorded(data_dir: Path, group: int, **changes: object) -> None:
    remains.record(data_dir, group)
    file = data_dir / remains.FILE
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def test_a_process_of_the_group_that_was_forked_from_the_front_is_ended(
    tmp_path: Path, leader: "subprocess.Popen[bytes]"
) -> None:
    command = "\0".join([sys.executable, "-c", WAIT, ""])
    recorded(tmp_path, leader.pid, command=command)
    assert remains.clear(tmp_path) == 1
    assert leader.wait(60) == -9
    assert not (tmp_path / remains.FILE).exists()


@pytest.mark.parametrize("changes", [{}, {"boot": "another", "command": None}, {"since": 1 << 60, "command": None}])
def test_somebody_else_who_got_the_number_of_the_group_is_left_alone(
    tmp_path: Path, leader: "subprocess.Popen[bytes]", changes: dict[str, object]
) -> None:
    if "command" in changes:
        changes = {**changes, "command": "\0".join([sys.executable, "-c", WAIT, ""])}
    recorded(tmp_path, leader.pid, **changes)
    assert remains.clear(tmp_path) == 0
    os.kill(leader.pid, 0)
    assert leader.poll() is None


def test_who_reads_it_while_it_is_written_finds_all_of_one(tmp_path: Path) -> None:
    remains.record(tmp_path, 11)
    with (tmp_path / remains.FILE).open() as before:
        remains.record(tmp_path, 12)
        assert json.load(before)["process_group"] == 11
    assert json.loads((tmp_path / remains.FILE).read_text())["process_group"] == 12
    assert [path.name for path in tmp_path.iterdir()] == [remains.FILE]


def test_a_process_may_have_any_bytes_for_a_name(tmp_path: Path) -> None:
    command, pipe = [sys.executable, "-c", NAMED_STRANGELY], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        recorded(tmp_path, process.pid, command="\0".join([*command, ""]))
        assert remains.clear(tmp_path) == 1
        assert process.wait(60) == -9
