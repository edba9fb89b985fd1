"""The API and the feed of a whole service on the stage: what its OpenAPI document promises, it keeps."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import TWENTY_PAPERS, on_stage
from tests.unit.web.atom_validator import problems_of

TOKEN = "an-access-token"


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(TWENTY_PAPERS)
        yield client


@pytest.fixture
def services() -> list[Service]:
    """Those that `start` has started."""
    return []


@pytest.fixture
def start(
    make_service: Callable[..., Service], base: str, stage: StageClient, services: list[Service]
) -> Callable[..., httpx.Client]:
    """`start(token="…", web={...})`: a running service that has found a draft; a client of it."""

    def started(token: str = "", **sections: Any) -> httpx.Client:
        hasty = {"min_revisit": "1s", "requests_per_hour": 1_500_000}
        sections["web"] = {"requests_per_minute": 1_000_000, **sections.get("web", {})}
        service = on_stage(make_service, base, stage, prober=hasty, **sections)
        service.environment["CALLBOARD_WEB__TOKEN"] = token
        services.append(service)
        service.start()
        stage.put_draft("D0007R1.pdf")
        url = service.health_of_all()["actors"]["health"]["url"]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.Client(base_url=url, timeout=LIMIT, trust_env=False, headers=headers, transport=Patient())
        wait_for(lambda: "D0007R1" in client.get("/api/v1/drafts").text, LIMIT)
        return client

    return started


class Patient(httpx.HTTPTransport):
    """Asks again while an actor is too busy to answer."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        def answer() -> httpx.Response | None:
            response = super(Patient, self).handle_request(request)
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return response
            response.close()
            return None

        response: httpx.Response = wait_for(answer, LIMIT)
        return response


def items(client: httpx.Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.json()["items"]


@pytest.mark.long
@pytest.mark.slow
def test_the_api_answers_as_its_document_says(start: Callable[..., httpx.Client]) -> None:
    client = start(checks=CHECKS)
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 7
    for operation in operations:

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def keeps_its_promise(case: Any) -> None:
            # A feed says what is wrong with an entry that is text but means nothing.
            excluded = [positive_data_acceptance] if case.path == "/feed.atom" else []
            (response,) = wait_for(lambda: in_time(case, str(client.base_url)), LIMIT)
            case.validate_response(response, excluded_checks=excluded)

        keeps_its_promise()

    papers = [each["id"] for each in items(client, "/api/v1/papers?limit=200")]
    assert len(papers) == 20
    paged: list[str] = []
    page = client.get("/api/v1/papers?limit=8").json()
    while page["next"]:
        paged += [each["id"] for each in page["items"]]
        page = client.get(f"/api/v1/papers?limit=8&after={page['next']}").json()
    assert paged + [each["id"] for each in page["items"]] == papers
    assert [each["id"] for each in items(client, "/api/v1/papers?words=paper+13")] == ["P0013R0"]
    assert wait_for(lambda: items(client, "/api/v1/events?kind=draft_found"), LIMIT)[0]["subject"] == "D0007R1"
    number = wait_for(lambda: scheduled(client, 7), LIMIT)
    assert ([each["id"] for each in number["papers"]], number["schedule"]["strategy"]) == (["P0007R0"], "learnt")
    assert [each["id"] for each in number["drafts"]] == ["D0007R1"]


def in_time(case: Any, url: str) -> tuple[Any, ...]:
    """The answer; none where an actor that is busy has not answered yet."""
    response = case.call(base_url=url, timeout=LIMIT)
    return () if response.status_code == httpx.codes.SERVICE_UNAVAILABLE else (response,)


def scheduled(client: httpx.Client, number: int) -> Any:
    """What is known about a number, once the prober says when it is asked for."""
    known = client.get(f"/api/v1/numbers/{number}").json()
    return known if known["schedule"] else None


def test_a_draft_has_its_steps_and_what_is_known_is_not_sent_again(start: Callable[..., httpx.Client]) -> None:
    client = start()

    def told() -> Any:
        (draft,) = items(client, "/api/v1/drafts")
        return draft if draft["steps"]["told_at"] else None

    draft = wait_for(told, LIMIT)
    assert draft["steps"]["seconds_to_tell"] >= 0
    assert draft["files"][0]["url"].endswith("/D0007R1.pdf")
    first = client.get("/api/v1/papers")
    again = client.get("/api/v1/papers", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for entry, expected in (("P0007", ["D0007R1", "P0007R0"]), ("title:paper 9", ["P0009R0"]), ("Nobody", [])):
        feed = client.get("/feed.atom", params={"q": entry})
        assert problems_of(feed.content) == []
        assert [id for id in ("D0007R1", "P0007R0", "P0009R0") if f":{id}<" in feed.text] == expected


CHECKS = [
    {"name": "closed", "group": "infra", "url": "tcp://127.0.0.1:9", "interval": "1s", "failure_threshold": 1},
    {"name": "idle", "url": "http://127.0.0.1:9/?key=secret", "disabled": True},
]


def badge_path(client: httpx.Client, services: list[Service]) -> str:
    """Where the badges of a check are, as the command says it."""
    (service,) = services
    shown = service.carries_out("checks", "show", "closed")
    found = re.search(r"/badges/[0-9a-f]{32}", shown)
    assert found is not None, shown
    return found[0]


def test_checks_are_listed_with_their_history_and_have_badges(
    start: Callable[..., httpx.Client], services: list[Service]
) -> None:
    client = start(checks=CHECKS, token=TOKEN)
    listed = wait_for(lambda: down(client), LIMIT)
    commanded = json.loads(services[0].carries_out("checks", "list", "--json"))
    assert [list(each) for each in listed] == [list(each) for each in commanded]
    assert [each["name"] for each in listed] == ["idle", "closed"]
    known = client.get("/api/v1/checks/infra/closed").json()
    assert client.get("/api/v1/checks/closed").json()["flips"] == known["flips"]
    assert [each["status"] for each in known["flips"]] == ["down"]
    assert known["uptimes"] == {"1h": 0.0, "24h": 0.0, "7d": 0.0, "30d": 0.0}
    assert known["history"][0]["error"] == known["error"] != ""
    assert client.get("/api/v1/checks/idle").json()["url"] == "http://127.0.0.1:9/?key=…"
    assert client.get("/api/v1/checks?status=paused").json()["items"][0]["name"] == "idle"
    assert client.get("/api/v1/checks?limit=1").json()["next"] == "idle"
    assert client.get("/api/v1/checks/nobody").status_code == 404
    path = badge_path(client, services)
    elsewhere = {"Authorization": "", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    picture = client.get(f"{path}/status.svg", headers=elsewhere)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert picture.headers["Cache-Control"] == "public, max-age=60"
    assert "closed: down" in picture.text
    told = client.get(f"{path}/shields.json", headers=elsewhere).json()
    assert (told["schemaVersion"], told["message"], told["isError"]) == (1, "down", True)
    assert client.get(f"{path}/uptime.svg?window=24h", headers=elsewhere).text.count("0 %") == 3
    assert client.get(f"/badges/{'0' * 32}/status.svg", headers=elsewhere).status_code == 404
    events = wait_for(lambda: items(client, "/api/v1/events?kind=check_down"), LIMIT)
    assert [each["subject"] for each in events] == ["infra/closed"]
    feed = client.get("/feed.atom?q=checks")
    assert problems_of(feed.content) == []
    assert "infra/closed: down" in feed.text


def down(client: httpx.Client) -> Any:
    """The checks, once one of them is down."""
    found = items(client, "/api/v1/checks")
    return found if "down" in [each["status"] for each in found] else None


def test_the_public_sees_neither_hosts_nor_errors_of_checks(start: Callable[..., httpx.Client]) -> None:
    client = start(checks=CHECKS, web={"public": True})
    wait_for(lambda: down(client), LIMIT)
    for path in ("/api/v1/checks", "/api/v1/checks/closed", "/api/v1/events", "/checks/closed", "/parts/checks", "/"):
        answer = client.get(path)
        assert answer.status_code == 200
        for hidden in ("tcp://", "refused", "cannot connect"):
            assert hidden not in answer.text, path


REFUSED: tuple[tuple[str, dict[str, str], int, str], ...] = (
    ("/api/v1/drafts?limit=1&limit=2", {}, 400, "twice"),
    ("/api/v1/drafts?limits=1", {}, 400, "there is no parameter 'limits'"),
    ("/api/v1/drafts?after=D9999R9", {}, 404, "there is no D9999R9"),
    ("/api/v1/papers?after=P9999R9", {}, 404, "there is no entry P9999R9"),
    ("/api/v1/papers?words=%ff", {}, 400, "not UTF-8"),
    ("/api/v1/numbers/P7", {}, 400, "not a paper number"),
    ("/api/v1/numbers/99998", {}, 404, "nothing is known about 99998"),
    ("/api/v1/nothing", {}, 404, "there is nothing at"),
    ("/feed.atom?q=title:", {}, 400, "title"),
    ("/?x=1", {}, 400, "there is no parameter 'x'"),
    ("/", {"Host": "evil.example"}, 403, "evil.example"),
    ("/api/v1/drafts", {"Origin": "https://evil.example"}, 403, "other sites"),
    ("/api/v1/drafts", {"Authorization": "Bearer wrong"}, 401, "token"),
    ("/", {"Authorization": ""}, 401, "token"),
)


def test_bad_input_is_answered_with_a_sentence(start: Callable[..., httpx.Client]) -> None:
    client = start(token=TOKEN)
    for path, headers, status, why in REFUSED:
        response = client.get(path, headers=headers)
        assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json"), path
        problem = response.json()
        assert problem["status"] == status
        assert why in problem["detail"]
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = client.request(method, "/api/v1/drafts")
        assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


def test_a_report_is_one_file(start: Callable[..., httpx.Client], services: list[Service], tmp_path: Path) -> None:
    start()
    (service,) = services
    file = tmp_path / "report.html"

    def drawn() -> str:
        """The report, once all have answered for it."""
        said = service.carries_out("report", "--since", "30d", "--output", str(file))
        assert said == f"wrote {file}: open it in a browser\n"
        text = file.read_text(encoding="utf-8")
        return text if text.count("<svg") >= 2 else ""

    assert "D0007R1" in wait_for(drawn, LIMIT)
    assert service.command("report", "--since", "soon").returncode == 2
    refused = service.command("report", "--output", str(tmp_path))
    assert (refused.returncode, "cannot be written" in refused.stderr) == (1, True)
