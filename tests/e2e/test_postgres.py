"""The embedded server, for real: started, killed around, taken over, stopped."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from actors.embedded_postgres.place import Place, place_for, private_directory, remove_sheltered, socket_dir
from actors.embedded_postgres.process import ServerProcess
from actors.embedded_postgres.server import EmbeddedServer, PostgresFailed
from tests.clusters import Cluster
from tests.e2e.postgres_helpers import one, postmaster
from tests.e2e.service import suspended, wait_for
from tests.processes import has_ended

START = """
import sys
from pathlib import Path
from actors.embedded_postgres.server import EmbeddedServer
server = EmbeddedServer.start(Path(sys.argv[1]))
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def empty(data_dir: Path) -> Iterator[None]:
    """There is no cluster yet. Whatever the test leaves running is ended."""
    data_dir.mkdir(parents=True)
    yield
    EmbeddedServer.start(data_dir).stop()


@pytest.fixture
def ended(empty: None, data_dir: Path, cluster: Cluster) -> None:
    """There is a cluster. Whatever the test leaves running is ended."""
    cluster.copy_to(data_dir)


def a_killed_front(data_dir: Path, **environment: str) -> None:
    """A process that starts the server and is killed."""
    front = subprocess.Popen(
        [sys.executable, "-c", START, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    with front:
        assert front.stdout is not None
        assert front.stdout.readline() == "started\n"
        front.kill()


@pytest.mark.usefixtures("empty")
def test_it_answers_keeps_its_data_to_its_owner_and_listens_on_no_tcp_port(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir)
    assert one(server.dsn, "SELECT current_database()") == "callboard"
    assert int(str(one(server.dsn, "SHOW server_version_num"))) >= 180000
    place = place_for(data_dir)
    for directory in (place.home, place.data, socket_dir(place)):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700, directory
    kinds = {connection.family for connection in psutil.Process(postmaster(place)).net_connections("inet")}
    assert kinds == set()
    server.stop()
    assert not server.alive()


@pytest.mark.usefixtures("ended")
def test_one_that_a_killed_front_left_is_taken_over(data_dir: Path) -> None:
    a_killed_front(data_dir)
    left = psutil.Process(postmaster(place_for(data_dir)))
    server = EmbeddedServer.start(data_dir)
    assert postmaster(place_for(data_dir)) == left.pid
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()
    assert has_ended(left)


HOSTILE = {
    "PGHOSTADDR": "203.0.113.1",
    "PGSERVICE": "somewhere-else",
    "PGOPTIONS": "-c search_path=nowhere -c no_such_setting=1",
    "PGTZ": "Mars/Olympus_Mons",
    "SSLKEYLOGFILE": "/nonexistent/keys",
    "THESPLOG_FILE_MAXSIZE": "abc",
    "PGCLIENTENCODING": "KLINGON",
    "PGDATESTYLE": "stardate",
    "PGSSLMODE": "verify-full",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGTARGETSESSIONATTRS": "standby",
}


@pytest.mark.long
@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_variable_for_another_server_does_not_count(data_dir: Path, name: str) -> None:
    a_killed_front(data_dir, **{name: HOSTILE[name]})
    assert one(EmbeddedServer.start(data_dir).dsn, "SELECT 1") == 1


@pytest.mark.long
@pytest.mark.usefixtures("ended")
def test_one_that_is_shutting_down_is_waited_for(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir)
    connection = psycopg2.connect(server.dsn)
    os.kill(postmaster(place_for(data_dir)), signal.SIGTERM)  # waits for the connections to close
    connection.close()
    again = EmbeddedServer.start(data_dir)
    assert one(again.dsn, "SELECT 1") == 1
    again.stop()
    server.stop()


@pytest.mark.usefixtures("ended")
def test_one_that_was_killed_comes_back_with_its_data(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir)
    one(server.dsn, "CREATE TABLE kept AS SELECT 42 AS number")
    os.kill(postmaster(place_for(data_dir)), signal.SIGKILL)
    again = EmbeddedServer.start(data_dir)
    assert one(again.dsn, "SELECT number FROM kept") == 42
    again.stop()
    server.stop()


@pytest.mark.long
@pytest.mark.usefixtures("ended")
def test_one_that_somebody_else_has_made_lets_its_new_owner_in(data_dir: Path) -> None:
    EmbeddedServer.start(data_dir).stop()
    admitted = place_for(data_dir).data / "pg_ident.conf"
    before = admitted.read_text()
    admitted.write_text('callboard "its-maker" callboard\n')
    server = EmbeddedServer.start(data_dir)
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()
    assert admitted.read_text() == f'callboard "its-maker" callboard\n{before}'
    EmbeddedServer.start(data_dir).stop()
    assert admitted.read_text().count(before) == 1


@pytest.mark.usefixtures("ended")
def test_one_that_hangs_is_ended(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir)
    stopped = psutil.Process(postmaster(place_for(data_dir)))
    stopped.suspend()  # first: it has no more children from now on
    everybody = [stopped, *suspended(stopped.children())]
    server.stop()
    assert not server.alive()
    wait_for(lambda: all(map(has_ended, everybody)))


@pytest.mark.usefixtures("ended")
def test_to_stop_one_that_is_gone_does_nothing(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir)
    server.stop()
    server.stop()
    assert not server.alive()


@pytest.mark.usefixtures("ended")
def test_a_pid_file_whose_number_is_another_programs_by_now_is_no_obstacle(data_dir: Path) -> None:
    EmbeddedServer.start(data_dir).stop()
    pid_file = place_for(data_dir).data / "postmaster.pid"
    for text in (f"{os.getpid()}\n{pid_file.parent}\n1\n5432\n\n\n", "", "-1\n", "99999999999999999999\n"):
        pid_file.write_text(text)
        server = EmbeddedServer.start(data_dir)
        assert one(server.dsn, "SELECT 1") == 1
        server.stop()


@pytest.mark.usefixtures("empty")
def test_a_cluster_whose_making_was_killed_is_made_again(data_dir: Path) -> None:
    front = subprocess.Popen([sys.executable, "-c", START, str(data_dir)], stdin=subprocess.PIPE)
    with front:
        while not list(data_dir.glob("postgres/data*/PG_VERSION")):
            assert front.poll() is None
        front.kill()
    server = EmbeddedServer.start(data_dir)
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()


@pytest.mark.usefixtures("ended")
def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    with pytest.raises(PostgresFailed, match=r"(?s)ended at its start. It said:.*no_such_setting"):
        EmbeddedServer.start(data_dir, settings={"no_such_setting": "1"})


def test_data_that_is_gone_is_not_begun_anew_in_silence(tmp_path: Path) -> None:
    (tmp_path / "postgres").symlink_to(tmp_path / "gone")
    with pytest.raises(
        PostgresFailed, match=r"the database's data is missing: .*/gone, which does not exist. Restore it"
    ):
        EmbeddedServer.start(tmp_path)


def test_a_data_directory_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(PostgresFailed, match=r"could not be started: .*No such file"):
        EmbeddedServer.start(tmp_path / "missing" / "data")


@pytest.mark.usefixtures("ended")
def test_the_servers_environment_holds_no_secret_and_nothing_of_its_own_clients(data_dir: Path) -> None:
    a_killed_front(data_dir, CALLBOARD_SLACK__BOT_TOKEN="xoxb-secret", PGPORT="6000", PGDATA="/nowhere")
    environment = Path(f"/proc/{postmaster(place_for(data_dir))}/environ").read_text()
    assert "xoxb-secret" not in environment
    server = EmbeddedServer.start(data_dir)
    assert one(server.dsn, "SELECT 1") == 1
    server.stop()


@pytest.mark.long
def test_a_long_path_gets_its_socket_elsewhere_and_leaves_nothing_there(tmp_path: Path, cluster: Cluster) -> None:
    data_dir = tmp_path / ("long" * 25)
    cluster.copy_to(data_dir)
    server = EmbeddedServer.start(data_dir)
    try:
        elsewhere = socket_dir(place_for(data_dir))
        assert len(os.fsencode(elsewhere)) < 100
        assert one(server.dsn, "SELECT 1") == 1
    finally:
        server.stop()
        remove_sheltered(data_dir)
    assert not elsewhere.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what belongs to another user")
@pytest.mark.parametrize("how", ["of another user", "of mode 0777", "a link", "gone"])
def test_a_directory_for_the_socket_that_others_may_have_made_is_not_used(tmp_path: Path, how: str) -> None:
    place = Place(binaries=tmp_path, data_dir=tmp_path, home=tmp_path / ("long" * 25), account=None)
    kept = tmp_path / "kept"
    match how:
        case "of another user":
            kept.mkdir(mode=0o700)
            os.chown(kept, 65534, 65534)
        case "of mode 0777":
            kept.mkdir()
            kept.chmod(0o777)
        case "a link":
            (tmp_path / "other").mkdir(mode=0o700)
            kept.symlink_to(tmp_path / "other")
    place.socket_note.write_text(str(kept))
    made = socket_dir(place)
    try:
        assert (made != kept, stat.S_IMODE(made.lstat().st_mode), made.lstat().st_uid) == (True, 0o700, 0)
        assert socket_dir(place) == made
    finally:
        made.rmdir()


@pytest.mark.parametrize("name", ["postgres", "postgres/socket"])
def test_a_directory_of_the_server_that_every_user_can_write_to_is_refused(name: str) -> None:
    with tempfile.TemporaryDirectory() as directory:  # short enough for a socket's path, as tmp_path is not always
        place = Path(directory)
        (place / name).mkdir(parents=True)
        (place / name).chmod(0o777)
        with pytest.raises(PostgresFailed, match=r"every user can write to .*0777.*`chmod 700 "):
            private_directory(place / name, None)
        with pytest.raises(PostgresFailed, match=f"{name} "):
            socket_dir(place_for(place) if name == "postgres" else at_home_in(place / "postgres"))


def at_home_in(home: Path) -> Place:
    return Place(binaries=home, data_dir=home.parent, home=home, account=None)


@pytest.mark.long
@pytest.mark.usefixtures("ended")
def test_one_that_neither_serves_nor_recovers_is_ended_and_comes_back(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    launched = EmbeddedServer.start(data_dir)
    one(launched.dsn, "CREATE TABLE kept AS SELECT 42 AS number")
    server = EmbeddedServer(place_for(data_dir), the_process(ServerProcess, data_dir), wedged_limit=0.5)
    left = psutil.Process(postmaster(place_for(data_dir)))
    left.suspend()
    assert server.alive()
    kill_child(left, " walwriter")
    wait_for(lambda: not server.alive())
    assert "neither serves nor recovers" in caplog.text
    assert not launched.alive()
    again = EmbeddedServer.start(data_dir)
    assert one(again.dsn, "SELECT number FROM kept") == 42
    again.stop()


@pytest.mark.long
@pytest.mark.usefixtures("ended")
def test_one_that_serves_is_told_by_its_children_also_under_a_name(data_dir: Path) -> None:
    server = EmbeddedServer.start(data_dir, {"cluster_name": "a name"})
    process = the_process(ServerProcess, data_dir)
    wait_for(process.works)  # a child has its title a moment after it was forked
    server.stop()
    assert not process.works()
    assert process.gone()


@pytest.mark.long
@pytest.mark.usefixtures("ended")
def test_one_that_answers_is_not_ended_whatever_its_children_look_like(data_dir: Path) -> None:
    launched = EmbeddedServer.start(data_dir)
    server = EmbeddedServer(place_for(data_dir), the_process(Unrecognized, data_dir), wedged_limit=0.0)
    assert server.alive()
    assert one(server.dsn, "SELECT 1") == 1
    launched.stop()


class Unrecognized(ServerProcess):
    """A server whose children are none that we know."""

    def works(self) -> bool:
        return False


def the_process(kind: type[ServerProcess], data_dir: Path) -> ServerProcess:
    process = kind.found(place_for(data_dir).data)
    assert process is not None
    return process


def kill_child(parent: psutil.Process, title: str) -> None:
    child = wait_for(lambda: next((child for child in parent.children() if title in title_of(child)), None))
    child.kill()
    wait_for(lambda: has_ended(child))


def title_of(process: psutil.Process) -> str:
    """Empty for one that has ended, and whose parent is stopped."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
