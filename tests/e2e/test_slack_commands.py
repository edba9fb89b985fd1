"""Each command as people use it, in both modes on both bases: said on Slack, answered there once, within its limits."""

import gzip
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from actors.front.postgres_place import remove_sheltered
from actors.runtime.system import SIMPLE, TCP
from actors.stage.client import StageClient, running_stage
from actors.stage.exchange import Site
from actors.stage.snapshots import snapshot
from tests.actors.notifier.slack_server import TOKEN, SlackServer
from tests.actors.notifier.slack_socket import SlackSocket, a_mention, a_message, a_press, a_slash
from tests.e2e.service import Service, wait_for
from tests.slack_limits import keeps_slacks_limits

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
LIMIT = 60.0


class People:
    """Those who speak to a running service, and what they are answered."""

    def __init__(self, service: Service, slack: SlackServer, wire: SlackSocket | None) -> None:
        self.service, self.slack, self._wire = service, slack, wire
        self._number = 0

    def begin(self) -> None:
        """Run it until it listens."""
        self.service.start()
        wait_for(lambda: (self.service.health() or {}).get("status") == "ok", LIMIT)
        if self._wire is None:
            self._address = self.service.health()["actors"]["notifier"]["hears"]
        else:
            wait_for(lambda: self._wire is not None and self._wire.connections, LIMIT)

    def say(self, text: str, user: str = "U1", times: int = 1) -> str:
        """In a direct message; the answer."""
        self._number += 1
        event = a_message(text, f"Ev{self._number}", user=user, channel=f"D{user}")

        def deliver() -> None:
            for _ in range(times):
                self._deliver("events_api", event)

        return self._answer(f"D{user}", deliver)

    def type(self, text: str) -> str:
        """As a slash command."""
        self._number += 1
        return self._answer("DU1", lambda: self._deliver("slash_commands", a_slash(text, f"t{self._number}")))

    def mention(self, text: str) -> str:
        """In the channel."""
        self._number += 1
        return self._answer("C1", lambda: self._deliver("events_api", a_mention(text, f"Ev{self._number}")))

    def press(self, label: str, user: str = "U1") -> str:
        """The button of that name under the last message that has one."""
        self._number += 1
        command = next(value for said, value in reversed(self.buttons()) if said == label)
        press = a_press(command, f"p{self._number}", user={"id": user})
        return self._answer(f"D{user}", lambda: self._deliver("interactive", press))

    def buttons(self) -> list[tuple[str, str]]:
        """Labels and commands of all buttons so far."""
        blocks = [block for message in self.slack.messages for block in blocks_of(message)]
        return [
            (element["text"]["text"], element["value"])
            for block in blocks
            if block["type"] == "actions"
            for element in block["elements"]
        ]

    def _answer(self, channel: str, deliver: Callable[[], Any]) -> str:
        before = len(self.slack.texts(channel))
        deliver()
        wait_for(lambda: len(self.slack.texts(channel)) > before, LIMIT)
        (answer,) = self.slack.texts(channel)[before:]
        return answer

    def _deliver(self, kind: str, payload: dict[str, Any]) -> None:
        if self._wire is not None:
            self._wire.deliver(kind, payload, f"e{self._number}")
            return
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        at = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": str(signature), "Content-Type": content_type}
        started = time.monotonic()
        assert httpx.post(self._address, content=body, headers=headers, timeout=10).status_code == 200
        assert time.monotonic() - started < 3.0


def blocks_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = message.get("blocks", [])
    made: list[dict[str, Any]] = json.loads(blocks) if isinstance(blocks, str) else blocks
    return made


@pytest.fixture(scope="module")
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


@pytest.fixture(scope="module", params=[(base, mode) for base in (SIMPLE, TCP) for mode in ("socket", "http")])
def people(
    request: pytest.FixtureRequest, stage: StageClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[People]:
    base, mode = request.param
    directory: Path = tmp_path_factory.mktemp("commands")
    with SlackServer() as slack, SlackSocket() as wire:
        slack.socket_url = wire.url
        service = Service(
            directory,
            system={"base": base},
            index={"url": stage.index_url, "interval": "1s"},
            prober={"base_url": stage.papers_url},
            slack={"api_url": slack.url, "channel": "C1", "events": mode, "events_port": 0},
        )
        service.environment = {
            "CALLBOARD_SLACK__BOT_TOKEN": TOKEN,
            "CALLBOARD_SLACK__APP_TOKEN": "xapp-1",
            "CALLBOARD_SLACK__SIGNING_SECRET": SECRET,
        }
        try:
            made = People(service, slack, wire if mode == "socket" else None)
            made.begin()
            yield made
            assert "Traceback" not in service.said()
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
    for message in people.slack.messages:
        keeps_slacks_limits(message)


def test_a_delivery_that_comes_again_has_one_answer(people: People) -> None:
    assert "Hoberock" in people.say("watch Hoberock", times=3)
    assert people.say("watching").count("Hoberock") == 1


def test_the_slash_command_is_answered_in_private_and_a_mention_in_its_thread(people: People) -> None:
    assert "Niebler" in people.type("watch Eric Niebler")
    assert "Callboard" in people.mention("<@UBOT> version")
    assert people.slack.messages[-1]["thread_ts"] == "1700000000.1"


def test_a_button_is_a_command(people: People) -> None:
    people.say("watch P2996")
    assert re.search("no longer watch .*P2996", people.press("Unwatch P2996"))


def test_whoever_is_forgotten_leaves_nothing(people: People) -> None:
    people.say("watch Voutilainen", user="U7")
    assert "forget me yes" in people.say("forget me", user="U7")
    assert "deleted" in people.say("forget me yes", user="U7")
    assert "You watch nothing" in people.say("watching", user="U7")


def test_a_notice_has_buttons_that_are_commands(people: People, stage: StageClient) -> None:
    people.say("watch Ada Lovelace", user="U8")
    before = len(people.slack.texts("DU8"))
    index = json.loads(gzip.decompress(snapshot("2025-11-12").read_bytes()))
    number = 4500 + len(stage.requests(Site.INDEX))
    entry = {"type": "paper", "title": "On <!channel> & engines", "author": "Ada Lovelace", "date": "2025-11-13"}
    index[f"P{number}R0"] = {**entry, "link": f"https://wg21.link/p{number}r0"}
    stage.set_index(index)
    wait_for(lambda: len(people.slack.texts("DU8")) > before, LIMIT)
    notice = people.slack.messages[-1]
    assert notice["text"].startswith(
        f"You watch *Ada Lovelace*: new paper\n\n*P{number}R0* — On &lt;!channel&gt; &amp; "
    )
    keeps_slacks_limits(notice)
    assert f"issues?q=P{number}|GitHub>" in blocks_of(notice)[1]["text"]["text"]
    assert "Ada Lovelace" in people.press("Why?", "U8")
    assert f"P{number}" in people.press("Mute for 2 weeks", "U8")
    assert f"P{number}" in people.press("Watch this paper", "U8")


def test_an_operator_has_the_same_commands(people: People) -> None:
    done = people.service.command("watch", "--user", "U9", "watching")
    assert done.returncode == 0, done.stderr
    assert people.slack.texts("DU9") == []
