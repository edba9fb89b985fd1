"""The embedded server, for real: started, killed around, taken over, stopped."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from actors.front.postgres import EmbeddedServer, PostgresFailed
from actors.front.postgres_place import SHELTER, Account, place_for, reachable, socket_dir
from tests.leavings import remove_database

START = """
import sys
from pathlib import Path
from actors.front.postgres import EmbeddedServer
server = EmbeddedServer.start(Path(sys.argv[1]))
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def ended(data_dir: Path) -> Iterator[None]:
    """Whatever the test leaves running is ended."""
    data_dir.mkdir(parents=True)
    yield
    EmbeddedServer.start(data_dir).stop()


def one(dsn: str, query: str) -> object:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def postmaster(data_dir: Path) -> int:
    return int((place_for(data_dir).data / "postmaster.pid").read_text().splitlines()[0])


@pytest.mark.usefixtures("ended")
def test_it_answers_keeps_its_data_to_its_owner_and_listens_on_no_tcp_port(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir)
    assert one(server.dsn, "SELECT current_database()") == "callboard"
    assert int(str(one(server.dsn, "SHOW server_version_num"))) >= 180000
    place = place_for(data_dir)
    for directory in (place.home, place.data, socket_dir(place)):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700, directory
    kinds = {connection.family for connection in psutil.Process(postmaster(data_dir)).net_connections("inet")}
    assert kinds == set()
    server.stop()
    assert not server.alive()


@pytest.mark.usefixtures("ended")
def test_one_that_a_killed_front_left_is_taken_over(data_dir: Path) -> None:
    front = subprocess.Popen(
        [sys.executable, "-c", START, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with front:
        assert front.stdout is not None
        assert front.stdout.readline() == "started\n"
        left = postmaster(data_dir)
        front.kill()
    server = EmbeddedServer.start(data_dir)
    assert postmaster(data_dir) == left
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


@pytest.mark.usefixtures("ended")
def test_one_that_was_killed_comes_back_with_its_data(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir)
    one(server.dsn, "CREATE TABLE kept AS SELECT 42 AS number")
    os.kill(postmaster(data_dir), signal.SIGKILL)
    again = EmbeddedServer.start(data_dir)
    assert one(again.dsn, "SELECT number FROM kept") == 42
    again.stop()
    server.stop()


@pytest.mark.usefixtures("ended")
def test_a_pid_file_whose_number_is_another_programs_by_now_is_no_obstacle(data_dir: Path) -> None:
    EmbeddedServer.start(data_dir).stop()
    pid_file = place_for(data_dir).data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1\n5432\n\n\n")
    server = EmbeddedServer.start(data_dir)
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()


@pytest.mark.usefixtures("ended")
def test_a_cluster_that_was_half_made_is_made_again(data_dir: Path) -> None:
    half = place_for(data_dir).home / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    server = EmbeddedServer.start(data_dir)
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()


@pytest.mark.usefixtures("ended")
def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    with pytest.raises(PostgresFailed, match="(?s)ended at its start. It said:.*no_such_setting"):
        EmbeddedServer.start(data_dir, settings={"no_such_setting": "1"})


def test_a_long_path_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    data_dir = tmp_path / ("long" * 25)
    data_dir.mkdir()
    server = EmbeddedServer.start(data_dir)
    try:
        assert one(server.dsn, "SELECT 1") == 1
    finally:
        server.stop()
        remove_database(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
@pytest.mark.usefixtures("ended")
def test_started_as_root_it_runs_as_somebody_else_and_leaves_other_directories_alone(data_dir: Path) -> None:
    above = [data_dir, *data_dir.parents]
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in above]
    server = EmbeddedServer.start(data_dir)
    assert psutil.Process(postmaster(data_dir)).uids().real != 0
    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in above] == before
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
@pytest.mark.usefixtures("ended")
def test_data_that_nobody_else_could_reach_has_a_place_of_its_own(data_dir: Path) -> None:
    data_dir.chmod(0o700)
    home = place_for(data_dir).home
    assert home.parent == SHELTER
    assert reachable(home / "data", Account(uid=65534, gid=65534)) is False
    assert (data_dir / "postgres").is_symlink()
    assert place_for(data_dir).home == home
