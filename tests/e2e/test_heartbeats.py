"""A job reports to the real service: what it is told, what operators read, and that nothing is lost that was answered,
whatever is killed; on both bases."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.people import LIMIT
from tests.e2e.service import Service, named, wait_for

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
    listed = service.command("checks", "list", "--json")
    checks = json.loads(listed.stdout) if listed.returncode == 0 else [{}]
    return str(checks[0].get("status"))


def shown(service: Service) -> Any:
    """All about it; empty while nobody answers."""
    made = service.command("checks", "show", "backup", "--json")
    return json.loads(made.stdout) if made.returncode == 0 else {}


def url_of_health(service: Service) -> str:
    """Where it answers; it is another one after each start."""
    return str(wait_for(lambda: service.health()["actors"]["health"]["url"], LIMIT))


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


def test_a_job_reports_and_operators_read_it(service: Service) -> None:
    url = url_of_health(service)
    assert push(url, "/start") == 200
    assert push(url, body=b"all done\n") == 200
    assert state(service) == "up"
    assert push(url, "/3", body=b"copying\ndisk full\n") == 200
    assert state(service) == "down"
    text = service.command("checks", "show", "backup").stdout
    assert "exit status 3: disk full" in text
    assert "    copying" in text
    assert TOKEN not in text
    assert "backup is down: exit status 3: disk full" in service.said()
    assert TOKEN not in service.said()
    assert push(url) == 200
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
