"""After weeks of downtime: two real indexes half a year apart, and one message for each who watches something in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage

WATCHES = (("U1", "niebler"), ("U2", "P2300"), ("U3", "LWG"), ("U4", "li"), ("U5", "köppe"), ("U6", "nobody at all"))

TOLD = {"C0PAPERS", "D0U1", "D0U3", "D0U5"}
"""Conversations in which there is news after the weeks."""

LIMIT = 600.0
"""Seconds in which a busy machine asks for the drafts of all papers."""


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-05-29")) as client:
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(make_service, base, stage, prober={"min_revisit": "2s", "requests_per_hour": 1_500_000})
    made.start()
    return made


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_each_user_and_the_channel_get_one_summary(service: Service, stage: StageClient) -> None:
    wait_for(lambda: (health := service.health()) and health["status"] == "ok", LIMIT)
    for user, entry in WATCHES:
        service.carries_out("watch", "--user", user, "watch!", entry)
    # Drafts that will have become papers when the service is back; too old to be told now.
    long_ago = datetime.now(UTC) - timedelta(days=30)
    for name in ("D3726R0.pdf", "D3730R0.pdf"):
        stage.put_draft(name, last_modified=long_ago)
    wait_for(lambda: service.health_of_all()["actors"]["prober"]["drafts"] == 2, LIMIT)
    assert service.terminate() == 0
    assert stage.messages() == ()

    stage.set_index(snapshot("2025-12-04"))
    service.start()
    stage.wait_for(lambda state: {each.channel for each in state.messages} >= TOLD, LIMIT)
    wait_for(lambda: (health := service.health()) and health["status"] == "ok", LIMIT)
    wait_for(lambda: service.health_of_all()["actors"]["notifier"]["queued"] == 0, LIMIT)
    assert service.terminate() == 0
    channels = sorted(message.channel for message in stage.messages())
    texts = {message.channel: str(message.payload["text"]) for message in stage.messages()}
    assert texts["C0PAPERS"].startswith("2 papers published: P37")
    assert len(set(channels)) == len(channels)
    assert "(you watch LWG)\n" in texts["D0U3"]
    assert "Traceback" not in service.said()
