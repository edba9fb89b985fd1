"""Each command as people use it, in both modes on both bases: said on the stage's Slack, answered there once, within
Slack's limits."""

import re
import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from slack_sdk.web import WebClient

from actors.embedded_postgres.place import remove_sheltered
from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.slack.blockkit import problems
from actors.stage.web.wire import Received
from actors.stage.world.state import STAGE_APP_TOKEN, STAGE_TOKEN
from tests.clusters import Cluster
from tests.e2e.people import INDEX, SECRET, People, appear, blocks_of, labels
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import on_stage
from tests.slack_texts import announced

SLACK_WAITS = 3.0
"""Seconds for an acknowledgement. Here it waits longer, for a machine may stand still; that the service does not let it
wait is seen by how long most acknowledgements take."""


def kept_to_slacks_limits(message: Received) -> None:
    """It mentions nobody, has a fallback of the length that Slack advises, and blocks that it takes."""
    assert message.pings == ()
    assert 1 <= len(message.text) <= 4000
    assert problems(blocks_of(message)) == ()


@pytest.fixture(scope="module")
def running() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


LONG = pytest.mark.long


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
    directory: Path = tmp_path_factory.mktemp("commands")
    running.reset()
    running.set_index(INDEX)
    make = partial(Service, directory, cluster)
    service = on_stage(make, base, running, slack={"events": mode, "events_port": 0})
    service.environment |= {"CALLBOARD_SLACK__APP_TOKEN": STAGE_APP_TOKEN, "CALLBOARD_SLACK__SIGNING_SECRET": SECRET}
    try:
        made = People(service, running, mode)
        made.begin()
        yield made
        assert statistics.median(made.acknowledged) < SLACK_WAITS
        assert "Traceback" not in service.said()
        assert "invalid_blocks" not in service.said()
    finally:
        service.end()
        remove_sheltered(service.data_dir)


def test_each_command_is_answered_once_and_within_slacks_limits(people: People) -> None:
    said = {
        text: people.say(text)
        for text in (
            "hello", "help", "help watch", "watch Niebler, P2300", "watch title:reflection", "watch audience:LEWG",
            "watching", "unwatch P2300", "mute P2300 2w", "why P2300", "paper P2300", "recent", "status", "version",
            "uptime", "digest daily 09:00 Europe/Berlin", "quiet 22:00-07:00", "export", "import Niebler, P3000",
            "watch", "mute", "digest never 99:00 Nowhere", "quiet 25:00-26:00", "unwatch Nobody", "paper X", "<@U2>",
            "watch Lee", "watch Koppe Thomas Xyzzy",
        )
    }  # fmt: skip
    assert all(said.values())
    assert "Niebler" in said["watching"]
    assert "<https://github.com/cplusplus/papers/issues?q=P2300|" in said["paper P2300"]
    for message in people.stage.messages():
        kept_to_slacks_limits(message)


def test_a_delivery_that_comes_again_has_one_answer(people: People) -> None:
    before = len(people.told("U1"))
    assert "Hoberock" in people.say("watch author:Hoberock", times=3)
    assert people.say("watching").count("Hoberock") == 1
    assert len(people.told("U1")) == before + 2


def test_the_slash_command_is_answered_once_for_its_user_alone_and_a_mention_in_its_thread(people: People) -> None:
    assert "Niebler" in people.type("watch Eric Niebler", channel="C0OPS")
    (answered,) = (each for each in people.stage.messages() if each.recipient == "C0OPS")
    assert answered.visible_to == "U1"
    answer = people.mention("version")
    assert "Callboard" in answer.text
    slack = WebClient(base_url=people.stage.slack_url, token=STAGE_TOKEN)
    asked, answered = slack.conversations_replies(channel="C0PAPERS", ts=answer.payload["thread_ts"])["messages"]
    assert (asked["text"], answered["ts"]) == ("<@U0CALLBOARD> version", answer.ts)


def test_a_button_is_a_command(people: People) -> None:
    people.say("watch P2996")
    assert re.search("no longer watching .*P2996", people.press("Unwatch P2996"))


def test_whoever_is_forgotten_leaves_nothing(people: People) -> None:
    people.say("watch author:Voutilainen", user="U7")
    assert "forget me yes" in people.say("forget me", user="U7")
    assert "deleted" in people.say("forget me yes", user="U7")
    assert "You aren't watching anything" in people.say("watching", user="U7")


def test_a_notice_has_buttons_that_are_commands(people: People) -> None:
    people.say("watch author:Ada Lovelace", user="U8")
    before = len(people.told("U8"))
    appear(people.stage, "Ada Lovelace", 3890)
    wait_for(lambda: len(people.told("U8")) > before, LIMIT)
    notice = people.told("U8")[-1]
    assert notice.text.startswith("P3890R0 new paper: On &lt;!channel&gt; &amp; engines (you watch ")
    kept_to_slacks_limits(notice)
    assert "issues?q=P3890|GitHub>" in blocks_of(notice)[1]["elements"][-1]["text"]
    assert "Ada Lovelace" in people.press("Why?", "U8")
    assert "P3890" in people.press("Mute for 2 weeks", "U8")
    assert "P3890" in people.press("Watch this paper", "U8")
    wait_for(lambda: {"Watching ✓", "Muted ✓"} <= set(labels(people.of(notice))), LIMIT)


def test_many_notices_are_one_message_with_a_menu_beside_each(people: People) -> None:
    people.say("watch author:Grace Hopper", user="U6")
    before = len(people.told("U6"))
    numbers = range(3891, 3899)
    appear(people.stage, "Grace Hopper", *numbers)
    wait_for(lambda: len(people.told("U6")) > before, LIMIT)
    (digest,) = people.told("U6")[before:]
    kept_to_slacks_limits(digest)
    assert announced(digest.payload) == tuple(f"P{number}R0" for number in numbers)
    assert labels(digest).count("Mute for 2 weeks") == len(numbers)
    assert "P389" in people.press("Mute for 2 weeks", "U6")


def test_an_operator_has_the_same_commands(people: People) -> None:
    people.service.carries_out("watch", "--user", "U9", "watching")
    assert people.told("U9") == []


def test_slack_may_close_the_connection_and_commands_go_on(people: People) -> None:
    if people.mode == "socket":
        wait_for(lambda: people.stage.disconnect("refresh_requested") == 1, LIMIT)
        people.connected()
        wait_for(lambda: people.stage.disconnect("warning") == 1, LIMIT)
        assert "Callboard" in people.type("version", "C0PAPERS")
    assert "Callboard" in people.say("version")
