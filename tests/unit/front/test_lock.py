"""The lock in the data directory: it tells who runs, and dies with its holder."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from actors.front.instance.lock import AlreadyRunning, DataDirectoryRefused, InstanceLock, holder, movable_by_all

HOLD = """
import sys
from pathlib import Path
from actors.front.instance.lock import InstanceLock
lock = InstanceLock.acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
lock.release()
print("released", flush=True)
sys.stdin.close()
"""

Front = subprocess.Popen[str]


@pytest.fixture
def front() -> Iterator[Callable[[Path], Front]]:
    """Starts processes that hold the lock until their standard input ends."""
    started: list[Front] = []

    def start(data_dir: Path) -> Front:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=60)


def test_a_second_front_is_told_who_runs(front: Callable[[Path], Front], data_dir: Path) -> None:
    running = front(data_dir)
    with pytest.raises(AlreadyRunning, match=f"already running on {data_dir} \\(process {running.pid}\\)"):
        InstanceLock.acquire(data_dir)
    found = holder(data_dir)
    assert found is not None
    assert found.pid == running.pid


def test_the_lock_is_free_when_its_holder_is_killed(front: Callable[[Path], Front], data_dir: Path) -> None:
    running = front(data_dir)
    running.send_signal(signal.SIGKILL)
    running.wait(60)
    assert holder(data_dir) is None
    InstanceLock.acquire(data_dir).release()


def test_a_released_lock_is_free(front: Callable[[Path], Front], data_dir: Path) -> None:
    running = front(data_dir)
    running.communicate(timeout=60)
    assert holder(data_dir) is None


def test_a_directory_that_every_user_can_write_to_is_refused(data_dir: Path) -> None:
    data_dir.mkdir(parents=True)
    data_dir.chmod(0o777)
    with pytest.raises(DataDirectoryRefused, match=f"mode is 0777.*`chmod o-w {data_dir}`"):
        InstanceLock.acquire(data_dir)
    assert list(data_dir.iterdir()) == []
    data_dir.chmod(0o775)
    InstanceLock.acquire(data_dir).release()


def test_nobody_runs_where_there_is_nothing(tmp_path: Path) -> None:
    assert holder(tmp_path / "nothing") is None


def test_the_data_directory_is_not_for_others_to_look_into(data_dir: Path) -> None:
    InstanceLock.acquire(data_dir).release()
    assert data_dir.stat().st_mode & 0o066 == 0


def test_a_data_directory_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataDirectoryRefused, match=r"data directory \S+/file cannot be used: it is not a directory\. "):
        InstanceLock.acquire(tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DataDirectoryRefused, match="cannot be used: it is a link that leads nowhere"):
        InstanceLock.acquire(tmp_path / "link")
    with pytest.raises(DataDirectoryRefused, match=r"data directory \S+ cannot be used: \S+/file is not a directory"):
        InstanceLock.acquire(tmp_path / "file" / "below")


def test_a_directory_above_in_which_all_may_rename_is_named(tmp_path: Path) -> None:
    above = tmp_path / "above"
    (above / "data").mkdir(parents=True)
    assert movable_by_all(above / "data") is None
    above.chmod(0o777)
    assert movable_by_all(above / "data") == above
    above.chmod(0o1777)
    assert movable_by_all(above / "data") is None
