"""`callboard probe`: asks once, now, and says what is known of a number. On both bases."""

import json
from collections.abc import Callable, Iterator

import pytest

from actors.stage.faults.exchange import Site
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import TWENTY_PAPERS, on_stage


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(TWENTY_PAPERS)
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(make_service, base, stage, prober={"min_revisit": "1h", "requests_per_hour": 1_500_000})
    made.start()
    wait_for(lambda: stage.asked(Site.PAPERS)["D0007R1.html"], LIMIT)
    return made


def test_a_number_is_explained_and_a_name_asked_for(service: Service, stage: StageClient) -> None:
    said = service.carries_out("probe", "--explain", "D0007")
    assert "7: P0007R0 (2015-01-01), Paper 7, by Ada Lovelace" in said
    assert "hazard" in said
    known = json.loads(service.carries_out("probe", "P0007R3", "--explain", "--json"))
    assert (known["number"], known["newest"]["id"]) == (7, "P0007R0")
    assert known["why"]["hazard"] > 0

    missing = service.carries_out("probe", "D0007R1")
    assert "D0007R1.pdf" in missing
    assert "missing (404)" in missing
    assert "not on the schedule" in service.carries_out("probe", "D0007R7")
    known = json.loads(service.carries_out("probe", "--explain", "7", "--json"))
    found = {each["name"]: (each["every"] > 0, each["missing_at"] is not None) for each in known["names"]}
    assert found["D0007R1.pdf"] == (True, True)
    assert found["D0007R7.pdf"] == found["D0007R7.html"] == (False, True)
    assert known["asked_at"] >= max(each["missing_at"] for each in known["names"] if each["missing_at"])
    stage.put_draft("D0007R1.pdf")
    asked = stage.asked(Site.PAPERS)["D0007R1.pdf"]
    (answer,) = json.loads(service.carries_out("probe", "d7r1.pdf", "--json"))["answers"]
    assert (answer["name"], answer["verdict"]) == ("D0007R1.pdf", "hit")
    assert stage.asked(Site.PAPERS)["D0007R1.pdf"] > asked
    wait_for(lambda: "D0007R1" in service.command("drafts").stdout, LIMIT)
    assert "draft D0007R1 (pdf)" in service.carries_out("probe", "--explain", "7")


def test_what_is_no_name_or_no_service_is_told(service: Service) -> None:
    for words in (("probe", "CWG5"), ("probe", "D0007"), ("probe", "--explain", "N4950")):
        refused = service.command(*words)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert ": type " in refused.stderr
    assert service.command("probe").returncode == 2
    service.carries_out("probing", "off")
    off = service.answered("probe", "D0007R1")
    assert off.returncode == 1
    assert "probing has been off since" in off.stderr
    service.carries_out("probe", "--explain", "7")
    assert service.terminate() == 0
    assert service.command("probe", "D0007R1").returncode == 3
