"""Slack once, end to end on both bases: whatever Slack does, each notice stands there once, and health says what is.

One service for all tests of a base: each makes trouble, lets something happen, and leaves Slack well."""

import gzip
import json
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from actors.embedded_postgres.place import remove_sheltered
from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.faults.faults import Fault, FixedReply, Hang, Refuse, Reset
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from tests.clusters import Cluster
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import on_stage

POST = "chat.postMessage"
U2_REFUSED = "notifier/recipient/U2"


class World:
    """A running service, its stage, and papers that appear in the index for two who watch for their author."""

    def __init__(self, service: Service, stage: StageClient) -> None:
        self.service, self.stage = service, stage
        index = json.loads(gzip.decompress(snapshot("2025-11-12").read_bytes()))
        self._index = dict(list(index.items())[:200])
        self._number = 4000

    def begin(self) -> None:
        """An index, a service, two watchers."""
        self.stage.set_index(self._index)
        self.service.start()
        wait_for(lambda: (self.health() or {}).get("status") == "ok", LIMIT)
        for user in ("U1", "U2"):
            self.service.carries_out("watch", "--user", user, "add", "author:Ada Lovelace")

    def publish(self) -> str:
        """A paper more; its id."""
        self._number += 1
        id = f"P{self._number}R0"
        entry = {"type": "paper", "title": f"On {id}", "author": "Ada Lovelace", "date": "2025-11-13"}
        self._index[id] = {**entry, "link": f"https://wg21.link/{id.lower()}"}
        self.stage.set_index(self._index)
        return id

    def health(self) -> dict[str, Any]:
        """The health document; empty when it cannot be had now."""
        return self.service.health() or {}

    def notifier(self) -> dict[str, Any]:
        """What the notifier says of itself."""
        shown: dict[str, Any] = self.service.health_of_all()["actors"]["notifier"]
        return shown

    def degraded(self, words: str) -> dict[str, Any]:
        """The health document once it has a reason with these words."""
        return wait_for(lambda: self._with_reason(words), LIMIT)  # type: ignore[no-any-return]

    def _with_reason(self, words: str) -> dict[str, Any] | None:
        health = self.health()
        return health if any(words in reason for reason in health.get("reasons", ())) else None

    def told(self, id: str) -> list[str]:
        """Who was notified of a paper, in which conversation, as often as it stands there."""
        return sorted(
            message.channel for message in self.stage.messages() if str(message.payload["text"]).startswith(f"{id} ")
        )

    def settled(self, suspended: int = 0) -> dict[str, Any]:
        """The notifier's health once nothing is open any more, but messages to suspended recipients."""

        def look() -> dict[str, Any] | None:
            notifier = self.notifier()
            idle = notifier.get("sending") == 0 and notifier.get("parked") == suspended
            return notifier if idle and (suspended or notifier.get("queued") == 0) else None

        return wait_for(look, LIMIT)  # type: ignore[no-any-return]

    def is_told_once(self, id: str) -> None:
        """Both were told, each once, and nothing more will come; health is well."""
        self.stage.wait_for(lambda state: len(self.told(id)) >= 2, LIMIT)
        self.settled()
        assert self.told(id) == ["D0U1", "D0U2"]
        wait_for(lambda: self.health().get("status") == "ok", LIMIT)


@pytest.fixture(scope="module", params=[SIMPLE, pytest.param(TCP, marks=pytest.mark.long)])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster
) -> Iterator[World]:
    directory: Path = tmp_path_factory.mktemp("slack-once")
    with running_stage() as stage:
        slack = {"timeout": "2s", "quiet_period": "1s"}
        make = partial(Service, directory, cluster)
        service = on_stage(make, request.param, stage, index={"interval": "500ms"}, slack=slack)
        try:
            made = World(service, stage)
            made.begin()
            yield made
            assert "Traceback" not in service.said()
        finally:
            service.end()
            remove_sheltered(service.data_dir)


@pytest.fixture(autouse=True)
def slack_is_well_again(world: World) -> Iterator[None]:
    yield
    world.stage.clear_faults()


@pytest.mark.parametrize(
    ("trouble", "taken"),
    [(Hang(), True), (Hang(), False), (Reset(), True), (Reset(), False), (FixedReply(status=500), True)],
    ids=["timeout-taken", "timeout-lost", "reset-taken", "reset-lost", "500-taken"],
)
def test_a_post_without_a_clear_answer_stands_there_once(world: World, trouble: Fault, taken: bool) -> None:
    world.stage.fault("slack", trouble, times=2, only=POST, acts_first=taken)
    id = world.publish()
    world.is_told_once(id)
    assert world.settled()["unsettled"] == 0


@pytest.mark.long
def test_500_and_429_delay_and_repeat_nothing(world: World) -> None:
    world.stage.fault("slack", FixedReply(status=500), times=2, only=POST)
    world.stage.fault("slack", FixedReply(status=429, headers=(("Retry-After", "2"),)), times=2, only=POST)
    world.is_told_once(world.publish())


@pytest.mark.long
def test_a_history_that_fails_delays_the_settlement_and_repeats_nothing(world: World) -> None:
    world.stage.fault("slack", Reset(), times=1, only=POST, acts_first=True)
    world.stage.fault("slack", FixedReply(status=503), times=3, only="conversations.history")
    world.is_told_once(world.publish())


def test_a_revoked_token_stops_all_keeps_all_and_all_is_sent_when_it_works_again(world: World) -> None:
    world.stage.fault("slack", Refuse(error="token_revoked"))
    ids = [world.publish()]
    health = world.degraded("Slack has rejected the token since")
    assert health["status"] == "degraded"
    ids.append(world.publish())
    wait_for(lambda: world.notifier()["queued"] == 4, LIMIT)
    world.stage.clear_faults()
    for id in ids:
        world.is_told_once(id)


@pytest.mark.long
def test_slack_that_is_away_gets_everything_once_when_it_is_back(world: World) -> None:
    world.stage.fault("slack", Reset())
    ids = [world.publish()]
    world.degraded("Slack has been unreachable since")
    ids.append(world.publish())
    wait_for(lambda: sum(world.notifier()[state] for state in ("queued", "sending")) == 4, LIMIT)
    world.stage.clear_faults()
    for id in ids:
        world.is_told_once(id)


def test_a_refused_recipient_is_a_letter_and_gets_everything_when_it_is_retried(world: World) -> None:
    world.stage.fault("slack", Refuse(error="user_disabled"), channel="U2")
    ids = [world.publish()]
    world.settled(suspended=1)
    ids.append(world.publish())
    world.stage.wait_for(lambda state: world.told(ids[1]) == ["D0U1"], LIMIT)
    wait_for(lambda: world.service.health_of_all()["status"] == "ok", LIMIT)
    (dead_letter,) = wait_for(lambda: letters_of_two(world), LIMIT)
    assert (dead_letter["id"], dead_letter["kind"], dead_letter["messages"]) == (U2_REFUSED, "recipient", 2)
    assert "user_disabled" in world.service.carries_out("undelivered")
    world.stage.clear_faults()
    is_tried, nothing_left = f"trying {U2_REFUSED} now (2 messages): ", f"nothing undelivered has the id {U2_REFUSED}: "
    said = world.service.carries_out("undelivered", "retry", U2_REFUSED, or_already=nothing_left)
    assert is_tried in said or nothing_left in said
    for id in ids:
        world.is_told_once(id)
    wait_for(lambda: "Nothing is undelivered." in world.service.command("letters", "list").stdout, LIMIT)
    unknown = world.service.answered("letters", "discard", U2_REFUSED)
    assert (unknown.returncode, nothing_left in unknown.stderr) == (1, True)


def letters_of_two(world: World) -> list[dict[str, Any]]:
    """The letters, once there is one that keeps two messages: U2's second one may be queued after U1's was posted."""
    listed = json.loads(world.service.carries_out("letters", "list", "--json"))["letters"]
    return [*listed] if any(dead_letter["messages"] == 2 for dead_letter in listed) else []


def test_a_kill_between_the_post_and_the_note_of_it_repeats_nothing(world: World) -> None:
    world.stage.fault("slack", Hang(), times=2, only=POST, acts_first=True)
    id = world.publish()
    world.stage.wait_for(lambda state: world.told(id) == ["D0U1", "D0U2"], LIMIT)
    assert world.service.front is not None
    os.kill(world.service.front.pid, signal.SIGKILL)
    world.service.front.wait(LIMIT)
    world.service.start()
    world.is_told_once(id)
