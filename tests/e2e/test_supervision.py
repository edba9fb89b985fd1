"""An actor that hangs, one that ends again and again, one that fails again and again; on the bases where it applies."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.control.protocol import ControlRequest, encode_line
from actors.control.socket import socket_path
from actors.runtime.engine.bases import SIMPLE, TCP
from tests.e2e.service import LIMIT, Service, resume, suspended, wait_for

ENTRY = "P7"

HANG_LIMIT = {SIMPLE: 20, TCP: 12}
"""Seconds in which a machine that is busy lets everybody have a turn. On the simple base the first one begins every
actor."""

MOST_SILENT = 10
"""Looks in a row, of 0.8 s or more, at which one who is well may not have answered in time."""


@pytest.fixture
def service(make_service: Callable[..., Service], base: str) -> Service:
    made = make_service(
        system={"base": base, "hang_limit": f"{HANG_LIMIT[base]}s", "restart_limit": 3, "restart_window": "10m"}
    )
    made.program = ("-m", "tests.e2e.troubled")
    made.start()
    made.carries_out("watch", "--user", "U1", "watch!", ENTRY)
    return made


def order(service: Service, what: str) -> None:
    """An order, whose answer may not come."""
    with suppress(RequestRefused, ServiceNotRunning):
        service.ask(ControlRequest(op="command", user="U1", text=f"watch! {what}", by="test"))


def await_restart(service: Service, restarts: int) -> None:
    """Wait until the watchlist has restarted so often and orders reach it, or until the service ended."""

    def is_over() -> bool:
        if service.front_ended():
            return True
        return service.said().count("supervisor: watchlist has restarted") >= restarts and takes_orders(service)

    wait_for(is_over)


def takes_orders(service: Service) -> bool:
    return asked_for_all(service) is not None


def answers(service: Service, name: str = "watchlist") -> bool:
    health = service.health()
    return health is not None and name in health["actors"] and health["actors"][name]["answer"] == "responsive"


def exported(service: Service) -> str:
    """What the user watches, as soon as who gives orders reaches the watchlist."""
    text: str = wait_for(lambda: asked_for_all(service))
    return text


def asked_for_all(service: Service) -> str | None:
    try:
        answer: dict[str, str] = service.ask(ControlRequest(op="command", user="U1", text="export"))
    except (RequestRefused, ServiceNotRunning):
        return None
    return answer["text"]


@pytest.mark.parametrize("base", [TCP], indirect=True)
@pytest.mark.slow
def test_an_actor_that_hangs_is_killed_with_a_trace_and_comes_back_as_it_was(service: Service) -> None:
    hanging = threading.Thread(target=order, args=(service, "hang"))
    hanging.start()
    wait_for(lambda: "watchlist has restarted" in service.said())
    hanging.join()
    wait_for(lambda: answers(service))
    assert exported(service) == f"watch {ENTRY}"
    said = service.said()
    assert "watchlist hangs: it is killed" in said
    assert "Fatal Python error: Aborted" in said
    assert "in receiveMsg_OperatorCommand" in said
    assert re.search(r"watchlist has ended \(it gave no sign for 1[2-4] s and was killed\)", said)
    assert said.count("has ended") == 1
    assert service.terminate() == 0


@pytest.mark.parametrize("base", [TCP], indirect=True)
@pytest.mark.long
def test_the_others_answer_while_one_hangs(service: Service) -> None:
    hanging = threading.Thread(target=order, args=(service, "hang"))
    hanging.start()
    silent = Counter[str]()
    while "watchlist hangs: it is killed" not in service.said():
        assert not service.front_ended()
        if (health := service.health()) is not None:
            for name in ("index", "prober", "notifier"):
                silent[name] = 0 if health["actors"][name]["answer"] == "responsive" else silent[name] + 1
            assert max(silent.values()) < MOST_SILENT, health
    hanging.join()
    assert not service.front_ended()


@pytest.mark.long
@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_an_actor_that_is_stopped_for_less_than_the_limit_is_left_alone(service: Service) -> None:
    actors = suspended(process for process in service.actor_processes() if not process.children())
    time.sleep(1.5)
    resume(actors)
    wait_for(lambda: answers(service))
    assert "has ended" not in service.said()


@pytest.mark.long
@pytest.mark.bases(TCP)
def test_a_service_that_is_stopped_as_a_whole_does_not_take_its_actors_for_hung(service: Service, base: str) -> None:
    asleep = service.actor_processes()
    front = stopped_while_it_waits(service)
    asleep = suspended(asleep)
    time.sleep(HANG_LIMIT[base] + 2)
    resume([*reversed(asleep), front])  # the supervisor, one of the first, when the others are there
    wait_for(lambda: answers(service))
    time.sleep(1)
    assert "has ended" not in service.said()
    assert service.terminate() == 0


@pytest.mark.long
@pytest.mark.bases(SIMPLE, TCP)
def test_one_that_is_busy_for_a_while_is_left_alone(service: Service) -> None:
    order(service, "be busy")
    wait_for(lambda: answers(service))
    wait_for(lambda: "watchlist: OperatorCommand kept its turn" in service.said())
    assert "has ended" not in service.said()


@pytest.mark.long
@pytest.mark.slow
def test_one_whose_long_turns_follow_each_other_for_longer_than_the_limit_is_left_alone(service: Service) -> None:
    for _ in range(2 * max(HANG_LIMIT.values())):  # a second each
        order_without_waiting(service, "toil")
    wait_for(lambda: "toil" in (asked_for_all(service) or ""))
    assert "has ended" not in service.said()
    assert "hangs" not in service.said()
    assert not service.front_ended()


def stopped_while_it_waits(service: Service) -> psutil.Process:
    """The front, stopped in no turn of an actor: on the simple base it would end for that when it is let go. As long as
    a turn lasts, faulthandler has a thread."""
    assert service.front is not None
    front = psutil.Process(service.front.pid)

    def waits() -> bool:
        front.suspend()
        wait_for(lambda: front.status() == psutil.STATUS_STOPPED)
        if front.num_threads() == 1:
            return True
        front.resume()
        return False

    wait_for(waits)
    return front


@pytest.mark.parametrize("base", [SIMPLE], indirect=True)
@pytest.mark.slow
def test_on_the_simple_base_a_turn_that_hangs_ends_the_process_with_a_trace(service: Service) -> None:
    hanging = threading.Thread(target=order, args=(service, "hang"))
    hanging.start()
    assert service.front is not None
    assert service.front.wait(LIMIT) == 1
    hanging.join()
    assert "Timeout (0:00:20)!" in service.said()
    assert "in receiveMsg_OperatorCommand" in service.said()
    service.start()
    assert exported(service) == f"watch {ENTRY}"


@pytest.mark.long
@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_the_front_ends_the_service_when_the_supervisor_hangs(service: Service) -> None:
    (supervisor,) = [process for process in service.actor_processes() if len(process.children()) > 5]
    supervisor.suspend()
    assert service.front is not None
    assert service.front.wait(LIMIT) == 1
    assert "the supervisor has not responded for 12 s" in service.said()
    wait_for(lambda: service.actor_processes() == [])


@pytest.mark.long
@pytest.mark.parametrize("base", [TCP], indirect=True)
def test_an_actor_that_ends_too_often_stops_the_service_and_it_says_why(service: Service) -> None:
    assert service.front is not None
    for restarts in range(1, 5):
        order_without_waiting(service, "end")
        await_restart(service, restarts)
    assert service.front.wait(LIMIT) == 1
    last = service.said().rstrip().rpartition("\n")[2]
    assert last == ("callboard: watchlist ended 4 times within 10 min, the last time because: ended with exit code 7")


def test_an_actor_that_fails_again_and_again_begins_anew_and_at_last_stops_the_service(service: Service) -> None:
    assert service.front is not None
    for restarts in range(1, 5):
        for _ in range(10):
            order_without_waiting(service, "fail")
        await_restart(service, restarts)
    assert service.front.wait(LIMIT) == 1
    said = service.said()
    assert said.count("watchlist fails again and again: it is restarted") == 4
    assert "callboard: watchlist ended 4 times within 10 min, the last time because: OperatorCommand failed" in said
    assert said.rstrip().endswith("ValueError: as ordered")


def order_without_waiting(service: Service, what: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(socket_path(str(service.data_dir))))
        connection.sendall(encode_line(ControlRequest(op="command", user="U1", text=f"watch! {what}", by="test")))
