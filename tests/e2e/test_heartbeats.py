"""A job reports to the real service: what it is told, what operators read, and that nothing is lost that was answered,
whatever is killed; on both bases."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.service import LIMIT, Service, named, wait_for

TOKEN = "0123456789abcdef0123"


@pytest.fixture
def service(make_service: Callable[..., Service], base: str) -> Service:
    check = {"name": "backup", "url": "heartbeat://", "token": TOKEN, "period": "1h", "grace": "1m"}
    made = make_service(checks=[check], system={"base": base}, prober={"enabled": False})
    made.start()
    wait_for(lambda: state(made) == "unknown", LIMIT)
    return made


def state(service: Service) -> str:
    """Of the only check."""
    (check,) = json.loads(service.carries_out("checks", "list", "--json"))
    return str(check["status"])


def shown(service: Service) -> Any:
    """All about it; empty while nobody answers."""
    made = service.command("checks", "show", "backup", "--json")
    return json.loads(made.stdout) if made.returncode == 0 else {}


def url_of_health(service: Service) -> str:
    """Where it answers; it is another one after each start."""
    return str(service.health_of_all()["actors"]["health"]["url"])


def push(url: str, rest: str = "", body: bytes = b"") -> int:
    """The status that a job is answered with; 0 if nobody answers."""
    request = urllib.request.Request(f"{url}ping/{TOKEN}{rest}", data=body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def report(url: str, rest: str = "", body: bytes = b"") -> None:
    """As a job does: again when it is told that the signal is not stored for sure."""

    def status() -> int:
        found = push(url, rest, body)
        return 0 if found == 503 else found

    assert wait_for(status, LIMIT) == 200


def test_a_job_reports_and_operators_read_it(service: Service) -> None:
    url = url_of_health(service)
    report(url, "/start")
    report(url, body=b"all done\n")
    assert state(service) == "up"
    report(url, "/3", body=b"copying\ndisk full\n")
    assert state(service) == "down"
    text = service.carries_out("checks", "show", "backup")
    assert "exit status 3: disk full" in text
    assert "    copying" in text
    assert TOKEN not in text
    wait_for(lambda: "backup is down: exit status 3: disk full" in service.said(), LIMIT)
    assert TOKEN not in service.said()
    report(url)
    assert state(service) == "up"


@pytest.mark.long
def test_what_was_answered_is_kept_over_kills(service: Service, base: str) -> None:
    answers, url = [], url_of_health(service)
    for number in range(30):
        if number % 10 == 5:
            if base == "simpleSystemBase":
                service.end()
                service.start()
                url = url_of_health(service)
            else:
                for process in named(service.actor_processes(), "checks"):
                    process.kill()
        answers.append(push(url, f"?rid={number}"))
    assert {200, 503, 0} >= set(answers)
    assert answers.count(200) >= 15
    found = wait_for(lambda: shown(service), LIMIT)
    assert answers.count(200) <= len(found["history"]) <= len(answers)
    assert {result["verdict"] for result in found["history"]} == {"passed"}
