"""The control socket: for its owner alone, wherever the data directory is."""

import socket
import stat
from pathlib import Path

import pytest

from actors.control.client import RequestRefused, ServiceNotRunning, ask
from actors.control.protocol import ControlRequest
from actors.control.socket import LONGEST, connect, listening, socket_path


@pytest.fixture(params=["short", "long"])
def data_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    directory = tmp_path / ("d" if request.param == "short" else "d" * LONGEST + "/" + "e" * LONGEST)
    directory.mkdir(parents=True)
    return directory


def test_it_is_in_the_data_directory_for_its_owner_and_is_reached_there(data_dir: Path) -> None:
    with listening(str(data_dir)) as bound, socket.socket(socket.AF_UNIX) as caller:
        found = socket_path(str(data_dir)).lstat()
        assert (stat.S_ISSOCK(found.st_mode), stat.S_IMODE(found.st_mode)) == (True, 0o600)
        assert [each.name for each in data_dir.iterdir()] == ["control.sock"]
        connect(caller, str(data_dir))
        bound.setblocking(True)
        accepted, _ = bound.accept()
        with accepted:
            caller.sendall(b"hello")
            assert accepted.recv(5) == b"hello"


def test_it_takes_the_place_of_one_that_a_dead_service_left(data_dir: Path) -> None:
    listening(str(data_dir)).close()
    listening(str(data_dir)).close()


def test_what_others_have_put_among_the_temporary_files_is_no_hindrance(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory for sockets, made beforehand by somebody else, once kept a service with a long path from starting."""
    import os
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    foreign = tmp_path / f"callboard-{os.getuid()}"
    foreign.mkdir()
    foreign.chmod(0o777)
    listening(str(data_dir)).close()
    assert list(foreign.iterdir()) == []


def test_without_a_service_nobody_answers(data_dir: Path) -> None:
    with pytest.raises(ServiceNotRunning, match="no service is running on"):
        ask(str(data_dir), ControlRequest(op="health"))
    with pytest.raises(ServiceNotRunning):
        ask(str(data_dir / "gone"), ControlRequest(op="health"))


def test_a_socket_that_this_user_may_not_use_is_somebody_elses(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("actors.control.client.connect", refuse)
    with pytest.raises(RequestRefused, match=f"{data_dir} is not accessible for this user: run the command as "):
        ask(str(data_dir), ControlRequest(op="health"))
