"""A check at three places: instances on one database, of which one leads; it is down when two of them say so."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.e2e.checked import OPERATORS, Page, told
from tests.e2e.service import LIMIT, Service, url_of, wait_for
from tests.e2e.staged import on_stage

pytestmark = pytest.mark.long

PLACES = ("north", "south", "west")


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def pages() -> Iterator[tuple[Page, ...]]:
    """What each place sees of the page."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(closing(Page())) for _ in PLACES)


@pytest.fixture
def instances(
    make_service: Callable[..., Service], base: str, stage: StageClient, pages: tuple[Page, ...], database: str
) -> tuple[Service, ...]:
    """One at each place; the first leads."""
    made = []
    for place, page in zip(PLACES, pages, strict=True):
        check = {
            "name": "site", "url": page.url, "interval": "1s", "failure_threshold": 2, "success_threshold": 1,
            "places": list(PLACES), "agree": 2,
        }  # fmt: skip

        def make(base: str = base, check: dict[str, object] = check, place: str = place, **sections: object) -> Service:
            system = {**dict(sections.pop("system", {})), "place": place}  # type: ignore[call-overload]
            return make_service(checks=[check], system=system, **sections)

        service = on_stage(make, base, stage, slack={"ops_channel": OPERATORS}, prober={"enabled": False})
        service.environment["DATABASE_URL"] = url_of(database)
        service.start()
        made.append(service)
    return tuple(made)


def listed(instances: tuple[Service, ...], *options: str) -> str:
    """The checks, as whoever leads now lists them: one that stands still for as long as a lease lasts is followed by
    another."""

    def look() -> str | None:
        answers = (service.command("checks", "list", *options) for service in instances)
        return next((done.stdout for done in answers if done.returncode == 0), None)

    return str(wait_for(look))


def state(instances: tuple[Service, ...]) -> str:
    checks = json.loads(listed(instances, "--json"))
    return str(checks[0]["status"]) if checks else ""


def test_it_is_down_when_two_of_three_places_say_so(
    instances: tuple[Service, ...], pages: tuple[Page, ...], stage: StageClient
) -> None:
    wait_for(lambda: state(instances) == "up", LIMIT)
    pages[1].breaks()
    wait_for(lambda: "1 of 3 places (south)" in listed(instances), LIMIT)
    assert state(instances) == "up"
    assert told(stage, OPERATORS) == []
    pages[2].breaks()
    wait_for(lambda: state(instances) == "down", LIMIT)
    wait_for(lambda: len(told(stage, OPERATORS)) == 1, LIMIT)
    assert "2 of 3 places (south, west)" in told(stage, OPERATORS)[0].text
    pages[1].is_mended()
    wait_for(lambda: len(told(stage, OPERATORS)) == 2, LIMIT)
    assert state(instances) == "up"
