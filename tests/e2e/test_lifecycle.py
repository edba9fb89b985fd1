"""Start, stop, kill and start again, on both bases, with the real front process and the real database server."""

import os
import re
import signal
import time
from collections.abc import Callable

import psutil
import psycopg2
import psycopg2.extensions
import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from tests.e2e.service import LIMIT, Service, members, url_of, wait_for
from tests.processes import has_ended

LOOK = 0.05


@pytest.fixture
def service(make_service: Callable[..., Service], base: str) -> Service:
    made = make_service(system={"base": base})
    made.start()
    return made


def gone(processes: list[psutil.Process]) -> bool:
    return all(map(has_ended, processes))


def ended_within(seconds: float, service: Service) -> int | None:
    """The exit code, if it ends in so many seconds in which this process has its turns: a machine that stands still, or
    has no time, has none for the service either."""
    assert service.front is not None
    for _ in range(round(seconds / LOOK)):
        if service.front_ended():
            break
        time.sleep(LOOK)
    return service.front.poll()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_in_ten_seconds_and_nothing_is_left(service: Service, number: signal.Signals) -> None:
    processes = [*service.actor_processes(), *service.database_processes()]
    assert processes
    assert service.front is not None
    service.front.send_signal(number)
    assert ended_within(10.0, service) == 0, service.said()
    assert gone(processes)
    assert "Traceback" not in service.said()


@pytest.mark.long
@pytest.mark.parametrize("sign", ["front.lock", "postgres-start.log", "actors.json"])
def test_a_signal_in_the_middle_of_the_start_ends_it_with_0_and_nothing_is_left(
    make_service: Callable[..., Service], base: str, sign: str
) -> None:
    made = make_service(None, system={"base": base})
    made.launch()
    wait_for(lambda: (made.data_dir / sign).exists() or "is running on" in made.said())
    actors = made.actor_processes()
    assert made.terminate() == 0, made.said()
    assert gone(actors)
    assert made.database_processes() == []
    assert "Traceback" not in made.said()


@pytest.mark.long
@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_kill_9_of_the_front_before_any_actor_has_begun_leaves_nothing_that_the_next_start_does_not_end(
    make_service: Callable[..., Service], base: str
) -> None:
    made = make_service(system={"base": base})
    made.launch()
    actors = wait_for(made.actor_processes)
    made.terminate(signal.SIGKILL)
    made.start()
    assert gone(actors)


def test_the_first_start_makes_its_database_and_the_stop_command_ends_it(
    make_service: Callable[..., Service], base: str
) -> None:
    made = make_service(None, system={"base": base})
    made.start()
    made.carries_out("watch", "--user", "U1", "add", "author:Niebler")
    done = made.command("stop")
    assert (done.returncode, done.stdout) == (0, "Callboard has stopped.\n")
    assert made.front is not None
    assert made.front.wait(LIMIT) == 0
    assert made.command("status").returncode == 3


def test_a_second_start_says_that_one_is_running(service: Service) -> None:
    second = service.command("start")
    assert second.returncode == 1
    assert service.front is not None
    assert f"already running on {service.data_dir} (process {service.front.pid})" in second.stderr
    wait_for(service.health)


def test_after_kill_9_of_the_front_all_actors_go_and_the_next_start_works(service: Service) -> None:
    actors = service.actor_processes()
    database = [process.pid for process in service.database_processes()]
    service.terminate(signal.SIGKILL)
    wait_for(lambda: gone(actors))
    service.start()
    assert [process.pid for process in service.database_processes()] == database
    wait_for(lambda: all_answer(service))


def test_what_users_said_survives_kill_9(service: Service) -> None:
    service.carries_out("watch", "--user", "U1", "add", "author:Thomas Köppe")
    service.terminate(signal.SIGKILL)
    service.start()
    assert "Thomas Köppe" in service.carries_out("watch", "list", "--user", "U1")


@pytest.mark.long
@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_after_kill_9_of_the_admin_all_ends_and_the_next_start_works(service: Service) -> None:
    actors = service.actor_processes()
    ids = {process.pid for process in actors}
    (admin,) = [process for process in actors if process.ppid() not in ids]
    admin.kill()
    assert service.front is not None
    assert service.front.wait(LIMIT) == 1
    assert "the supervisor's process has ended" in service.said()
    assert gone(actors)
    service.start()


@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_a_killed_actor_comes_back(service: Service) -> None:
    before = service.actor_processes()
    ids = {process.pid: process for process in before}
    (admin,) = [process for process in before if process.ppid() not in ids]
    (supervisor,) = [process for process in before if process.ppid() == admin.pid and process.children()]
    victims = [process for process in before if process.ppid() == supervisor.pid]
    group = os.getpgid(supervisor.pid)
    assert len(victims) == 8
    for victim in victims:
        victim.kill()
    wait_for(lambda: all_answer(service) and service.said().count("has restarted") == 8)
    assert service.terminate() == 0
    assert list(members(group)) == []


def all_answer(service: Service) -> bool:
    health = service.health()
    return health is not None and all(actor["answer"] == "responsive" for actor in health["actors"].values())


def test_an_embedded_database_that_is_killed_is_started_again(service: Service) -> None:
    service.carries_out("watch", "--user", "U1", "add", "author:Thomas Köppe")
    (postmaster,) = service.database_processes()
    postmaster.kill()
    wait_for(lambda: "the embedded PostgreSQL has ended and is being started again" in service.said())
    wait_for(lambda: "Thomas Köppe" in service.command("watch", "list", "--user", "U1").stdout)
    assert "has restarted" not in service.said()
    assert service.terminate() == 0
    assert service.database_processes() == []


@pytest.mark.long
@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_a_start_does_not_wait_for_an_embedded_database_that_is_killed_while_actors_begin(
    make_service: Callable[..., Service], base: str
) -> None:
    """The front starts it again; an actor that was just about to connect ends the start with a sentence."""
    made = make_service(system={"base": base})
    made.launch()
    wait_for(lambda: (made.data_dir / "actors.json").exists())
    (postmaster,) = made.database_processes()
    postmaster.kill()
    wait_for(lambda: "is running on" in made.said() or made.front_ended(), 60.0)
    signs = (
        "the embedded PostgreSQL has ended and is being started again",
        "callboard: PostgreSQL cannot be reached: ",
        "callboard: PostgreSQL: .*(unexpected postmaster exit|server closed the connection|Connection reset by peer)",
    )
    wait_for(lambda: re.search("|".join(signs), made.said()), shown=made.said)
    assert "Traceback" not in made.said()


@pytest.mark.parametrize("base", [SIMPLE], indirect=True)
def test_a_configuration_that_is_wrong_starts_nothing(make_service: Callable[..., Service], base: str) -> None:
    wrong = make_service(system={"base": "multiprocUDPBase"})
    done = wrong.command("start")
    assert done.returncode == 1
    assert "multiprocUDPBase' is refused: it loses messages under load" in done.stderr
    assert not wrong.data_dir.exists()


def test_a_health_port_that_is_taken_ends_the_start(make_service: Callable[..., Service], service: Service) -> None:
    health = service.health_of_all()
    port = int(health["actors"]["health"]["url"].rstrip("/").rpartition(":")[2])
    second = make_service(system={"base": health["base"]}, health={"port": port})
    done = second.command("start")
    assert done.returncode == 1
    assert f"health.port: 127.0.0.1 port {port} cannot be used" in done.stderr
    assert second.database_processes() == []


def test_a_database_of_the_users_own_is_used_and_no_other_is_started(
    make_service: Callable[..., Service], base: str, empty_database: str
) -> None:
    made = make_service(system={"base": base})
    made.environment = {"DATABASE_URL": url_of(empty_database)}
    made.start()
    made.carries_out("watch", "--user", "U1", "add", "author:Niebler")
    assert made.database_processes() == []
    assert not (made.data_dir / "postgres").exists()
    with psycopg2.connect(empty_database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM watchlist.entries")
        assert cursor.fetchall() == [("U1",)]
    connection.close()
    assert made.terminate() == 0


def test_a_database_that_is_not_there_ends_the_start(make_service: Callable[..., Service]) -> None:
    made = make_service()
    made.environment = {"DATABASE_URL": "postgresql://user:passw0rd@127.0.0.1:9/nothing"}
    done = made.command("start")
    assert done.returncode == 1
    assert "PostgreSQL cannot be reached" in done.stderr
    assert "passw0rd" not in done.stderr
