"""What Slack really sends and answers, in both modes on both bases: shared channels, edits, people who leave, channels
that are archived, and refusals that are about one conversation."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from actors.embedded_postgres.place import remove_sheltered
from actors.notifier.inbound.parse import OUTSIDER_TEXT
from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.faults.faults import Refuse
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.slack_events import MakePrivate, SetTeam, ShareChannel
from actors.stage.world.state import STAGE_APP_TOKEN
from tests.clusters import Cluster
from tests.e2e.people import INDEX, SECRET, People, appear
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import on_stage

LONG = pytest.mark.long


@pytest.fixture(scope="module")
def running() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture(
    scope="module",
    params=[
        (SIMPLE, "socket"),
        pytest.param((SIMPLE, "http"), marks=LONG),
        pytest.param((TCP, "socket"), marks=LONG),
        (TCP, "http"),
    ],
)
def people(
    request: pytest.FixtureRequest, running: StageClient, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster
) -> Iterator[People]:
    base, mode = request.param
    directory: Path = tmp_path_factory.mktemp("slack")
    running.reset()
    running.set_index(INDEX)
    make = partial(Service, directory, cluster)
    service = on_stage(
        make, base, running, slack={"events": mode, "events_port": 0, "ops_channel": "C0OPS", "ops_after": "1h"}
    )
    service.environment |= {"CALLBOARD_SLACK__APP_TOKEN": STAGE_APP_TOKEN, "CALLBOARD_SLACK__SIGNING_SECRET": SECRET}
    try:
        made = People(service, running, mode)
        made.begin()
        yield made
        assert "Traceback" not in service.said()
    finally:
        service.end()
        remove_sheltered(service.data_dir)


def delivered(people: People, delivery: str) -> None:
    """Wait until the service has acknowledged it."""
    people.stage.wait_delivered(delivery, LIMIT)


def test_a_person_of_another_workspace_is_refused_politely(people: People) -> None:
    people.stage.play(ShareChannel(channel="C0SHARED"), SetTeam(user="U9", team="T9"))
    delivered(people, people.stage.mention("U9", "C0SHARED", "watch Niebler"))
    wait_for(lambda: people.told("C0SHARED"), LIMIT)
    (refusal,) = people.told("C0SHARED")
    assert refusal.text == OUTSIDER_TEXT
    assert refusal.payload["thread_ts"]
    assert people.told("U9") == []
    delivered(people, people.stage.mention("U1", "C0SHARED", "watching"))
    wait_for(lambda: len(people.told("C0SHARED")) == 2, LIMIT)


def test_an_edited_mention_acts_once(people: People) -> None:
    before = len(people.told("C0PAPERS"))
    mention = people.stage.mention("U2", "C0PAPERS", "watch Niebler")
    wait_for(lambda: len(people.told("C0PAPERS")) == before + 1, LIMIT)
    assert "unwatch" not in people.say("unwatch Niebler", user="U2").lower()
    delivered(people, people.stage.edit(mention, "watch Niebler, please"))
    delivered(people, people.stage.edit(people.stage.say("U2", "watch Köppe"), "watch Lovelace"))
    wait_for(lambda: any("Köppe" in each.text for each in people.told("U2")), LIMIT)
    assert "Niebler" not in people.say("watching", user="U2")
    assert len(people.told("C0PAPERS")) == before + 1


def test_slash_me_is_a_command_and_another_integration_is_not_answered(people: People) -> None:
    delivered(people, people.stage.say("U3", "watching", bot_id="B0OTHER", app_id="A0OTHER"))
    delivered(people, people.stage.say("U3", "watch Bartenstein", subtype="me_message"))
    wait_for(lambda: people.told("U3"), LIMIT)
    assert len(people.told("U3")) == 1


def test_one_who_leaves_gets_nothing_until_they_are_back(people: People) -> None:
    people.say("watch! Lovelace", user="U4")
    people.say("watch! Lovelace", user="U5")
    left = len(people.told("U4"))
    delivered(people, people.stage.deactivate("U4"))
    wait_for(lambda: [each for each in people.told("C0OPS") if each.text.startswith("U4 has left")], LIMIT)
    before = len(people.told("U5"))
    appear(people.stage, "Ada Lovelace", 9001)
    wait_for(lambda: len(people.told("U5")) > before, LIMIT)
    undelivered = wait_for(lambda: _listed(people, "notifier/recipient/U4"), LIMIT)
    assert "user_deactivated" in undelivered
    assert len(people.told("U4")) == left
    delivered(people, people.stage.reactivate("U4"))
    wait_for(lambda: len(people.told("U4")) > left, LIMIT)
    assert "P9001R0" in people.told("U4")[-1].text.replace("\N{WORD JOINER}", "")


def _listed(people: People, id: str) -> str:
    shown = people.service.command("undelivered").stdout
    return shown if id in shown else ""


def reasons(people: People) -> list[str]:
    health = people.service.health()
    return [] if health is None else health["reasons"]


def test_an_archived_channel_is_known_at_once_and_free_when_it_is_back(people: People) -> None:
    people.mention("watching")
    delivered(people, people.stage.archive("C0PAPERS"))
    wait_for(lambda: [each for each in reasons(people) if "is_archived" in each], LIMIT)
    before = len(people.told("C0PAPERS"))
    delivered(people, people.stage.mention("U1", "C0PAPERS", "watching"))
    delivered(people, people.stage.unarchive("C0PAPERS"))
    wait_for(lambda: len(people.told("C0PAPERS")) == before + 1, LIMIT)
    wait_for(people.healthy, LIMIT)


def test_a_channel_is_free_when_the_app_is_invited(people: People) -> None:
    people.stage.leave("C0AWAY")
    delivered(people, people.stage.mention("U1", "C0AWAY", "watching"))
    wait_for(lambda: "not_in_channel" in _listed(people, "notifier/recipient/C0AWAY"), LIMIT)
    delivered(people, people.stage.invite("C0AWAY"))
    wait_for(lambda: people.told("C0AWAY"), LIMIT)


def test_a_private_channel_is_answered_whatever_its_id(people: People) -> None:
    people.stage.play(MakePrivate(channel="C0BOARD"))
    delivered(people, people.stage.mention("U1", "C0BOARD", "watching"))
    wait_for(lambda: people.told("C0BOARD"), LIMIT)


@pytest.mark.long
@pytest.mark.parametrize("error", ["no_permission", "ekm_access_denied", "access_denied", "enterprise_is_restricted"])
def test_a_channel_that_is_closed_to_the_app_delays_nobody(people: People, error: str) -> None:
    channel = f"C0{error.replace('_', '').upper()}"
    people.stage.fault("slack", Refuse(error=error), only="chat.postMessage", channel=channel)
    try:
        delivered(people, people.stage.mention("U1", channel, "watching"))
        wait_for(lambda: error in _listed(people, f"notifier/recipient/{channel}"), LIMIT)
        assert people.say("watching", user="U6")
        assert not [each for each in reasons(people) if "token" in each]
    finally:
        people.stage.clear_faults("slack")
    delivered(people, people.stage.mention("U1", channel, "watching"))
    wait_for(lambda: len(people.told(channel)) == 2, LIMIT)
