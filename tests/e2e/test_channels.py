"""Channels that subscribe: as members say it on the stage's Slack, in both modes on both bases."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.web.wire import Received
from actors.stage.world.state import STAGE_APP_TOKEN
from tests.e2e.people import SECRET, People
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import ITS_DRAFT, ONE_PAPER, on_stage

SG9, SECRET_SG, OUTSIDE = "C0SG9", "G0SECRET", "C0OUTSIDE"
LONG = pytest.mark.long


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(ONE_PAPER)
        for id, name in ((SG9, "sg9"), (SECRET_SG, "secret"), (OUTSIDE, "outside")):
            client.name_member(id, name)
        client.leave(OUTSIDE)
        client.admit(SECRET_SG, "U9")
        yield client


@pytest.fixture(
    params=[
        (SIMPLE, "socket"),
        pytest.param((SIMPLE, "http"), marks=LONG),
        pytest.param((TCP, "socket"), marks=LONG),
        (TCP, "http"),
    ]
)
def people(request: pytest.FixtureRequest, stage: StageClient, make_service: Callable[..., Service]) -> People:
    base, mode = request.param
    hasty = {"min_revisit": "1s", "requests_per_hour": 1_000_000}
    service = on_stage(make_service, base, stage, prober=hasty, slack={"events": mode, "events_port": 0})
    service.environment |= {"CALLBOARD_SLACK__APP_TOKEN": STAGE_APP_TOKEN, "CALLBOARD_SLACK__SIGNING_SECRET": SECRET}
    made = People(service, stage, mode)
    made.begin()
    return made


def about(people: People, recipient: str, id: str) -> list[Received]:
    return [each for each in people.told(recipient) if each.first_text.startswith(id)]


def say_it_is_published(people: People, recipient: str) -> None:
    wait_for(lambda: all(card.text.startswith("P0042R1") for card in about(people, recipient, "D0042R1")), LIMIT)


def told(people: People, recipient: str, id: str) -> list[Received]:
    found: list[Received] = wait_for(lambda: about(people, recipient, id), LIMIT)
    return found


def test_a_channel_is_told_what_it_subscribed_to_once_and_in_one_thread(people: People) -> None:
    stage, service = people.stage, people.service
    assert "Which channel?" in people.say("subscriptions")
    assert "#sg9 is now subscribed to audience:SG9" in plain(people.say(f"subscribe <#{SG9}|sg9> audience:SG9"))
    assert "#sg9 is already subscribed to audience:SG9" in plain(people.type("subscribe audience:SG9", SG9))
    assert "#sg9 is now subscribed to Renée Kähler" in plain(people.say("subscribe #sg9 author:Renée Kähler"))
    assert "I'm not in #outside" in people.say("subscribe #outside everything")
    assert "Only members of #secret" in people.say("subscribe #secret everything")
    assert "I don't see the channel #nowhere" in people.say("subscribe #nowhere everything")
    assert "everything, set by" in plain(people.say("subscriptions #papers"))
    assert "now subscribed" in people.say("subscribe #papers audience:SG9")
    done = service.carries_out("watch", "--user", "U1", "subscribe", "#secret", "everything")
    assert "#secret is" in plain(done)
    assert "subscribed to everything" in plain(done)

    stage.put_paper("D0042R1.html", ITS_DRAFT, last_modified=datetime.now(UTC))
    for channel in (SG9, SECRET_SG, "C0PAPERS"):
        told(people, channel, "D0042R1")
    (first,) = about(people, SG9, "D0042R1")
    assert "(this channel watches Renée Kähler, audience:SG9)" in first.text.split("\n")[0]
    assert "watches" not in about(people, SECRET_SG, "D0042R1")[0].text

    before = len(people.told("U1"))
    assert "watching P42" in plain(people.press_in(SG9, "Watch this paper"))
    assert "audience:SG9" in people.type("subscriptions", SG9)
    assert len(people.told("U1")) == before
    assert service.terminate() == 0
    service.start()
    stage.set_index({**ONE_PAPER, "P0042R1": {**ONE_PAPER["P0042R0"], "link": "https://wg21.link/p0042r1"}})
    for channel in (SG9, SECRET_SG, "C0PAPERS"):
        (later,), (top,) = told(people, channel, "P0042R1"), about(people, channel, "D0042R1")
        assert (later.payload["thread_ts"], later.payload["reply_broadcast"]) == (top.ts, True)
        say_it_is_published(people, channel)
    assert people.told(OUTSIDE) == []


def plain(answer: str) -> str:
    return answer.replace("*", "").replace("`", "")
