"""Whatever Slack does: nothing is lost, nothing stands there twice, and health says what is."""

from collections.abc import Callable
from time import monotonic

import pytest

from actors.stage.faults.faults import Fault, FixedReply, Hang, Refuse, Reset
from tests.chaos.conftest import Worlds
from tests.chaos.world import CHANNEL, LIMIT, World, keep
from tests.e2e.service import wait_for

POST = "chat.postMessage"
RETRY = (("Retry-After", "1"),)

FAULTS: dict[str, tuple[Fault, str]] = {
    "500": (FixedReply(status=500), "Slack has been unreachable since"),
    "a revoked token": (Refuse(error="token_revoked"), "Slack has rejected the token since"),
    "no recipient": (Refuse(error="channel_not_found"), "Slack has refused every recipient since"),
}


def keeps_all(trouble: Fault, words: str, lasts: float) -> Callable[[World], tuple[str, float]]:
    """The play of a Slack that takes nothing."""

    def play(world: World) -> tuple[str, float]:
        world.stage.fault("slack", trouble)
        ids = [world.publish()]
        reason = world.says(words)
        keep(lasts, lambda: world.is_not_told(*ids))
        ids += [world.publish(), world.draft()]
        wait_for(lambda: _open(world) == 5)
        assert world.status() == "degraded"
        over = monotonic()
        world.stage.clear_faults()
        world.is_told(*ids)
        return f"{reason}; 5 notices wait", over

    return play


@pytest.mark.parametrize(
    "fault", ["500", *(pytest.param(each, marks=pytest.mark.long) for each in ("a revoked token", "no recipient"))]
)
def test_a_slack_that_takes_nothing_gets_everything_once_when_it_is_well(worlds: Worlds, fault: str) -> None:
    worlds.suffer(f"Slack: {fault}", keeps_all(*FAULTS[fault], 0.5))


@pytest.mark.long
def test_a_slack_that_is_away_gets_everything_once_when_it_is_back(worlds: Worlds) -> None:
    lasts = worlds.lasting(2, 60)
    worlds.suffer(f"Slack: away for {lasts:.0f} s", keeps_all(Reset(), "Slack has been unreachable since", lasts))


@pytest.mark.long
def test_a_limit_delays_and_repeats_nothing(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        world.stage.fault("slack", FixedReply(status=429, headers=RETRY), only=POST)
        ids = [world.publish(), world.draft()]
        wait_for(lambda: world.actor("notifier")["queued"] == 3)
        keep(1.5, lambda: world.is_not_told(*ids))
        world.is_well()
        over = monotonic()
        world.stage.clear_faults()
        world.is_told(*ids)
        return "ok; 3 notices wait", over

    worlds.suffer("Slack: 429 with Retry-After", play)


@pytest.mark.long
def test_posts_that_were_taken_without_an_answer_stand_there_once(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        world.stage.fault("slack", Hang(), only=POST, times=4, acts_first=True)
        world.stage.fault("slack", Hang(), only="conversations.history")  # else all is well again in a second
        unsettled = world.actor("notifier")["unsettled"]
        ids = [world.publish()]
        reason = world.says("Slack has been unreachable since", "no answer in time")
        ids.append(world.draft())
        over = monotonic()
        world.stage.clear_faults()
        world.is_told(*ids)
        assert world.actor("notifier")["unsettled"] == unsettled
        return reason, over

    worlds.suffer("Slack: takes the post and does not answer", play)


@pytest.mark.long
def test_a_channel_that_refuses_waits_and_holds_up_nobody(worlds: Worlds) -> None:
    def play(world: World) -> tuple[str, float]:
        world.stage.fault("slack", Refuse(error="channel_not_found"), channel=CHANNEL)
        draft = world.draft()
        reason = world.says(f"slack.channel {CHANNEL} has accepted no messages since", "channel_not_found")
        paper = world.publish()
        world.stage.wait_for(lambda state: sum(notice.id == paper for notice in world.told()) == 2, LIMIT)
        world.is_not_told(draft)
        over = monotonic()
        world.stage.clear_faults()
        letter = f"notifier/recipient/{CHANNEL}"
        nothing_left = f"nothing undelivered has the id {letter}"
        world.service.carries_out("letters", "retry", letter, or_already=nothing_left)
        world.is_told(draft, paper)
        return reason, over

    worlds.suffer("Slack: refuses one channel, until letters retry", play)


def _open(world: World) -> int:
    notifier = world.actor("notifier")
    return int(notifier["queued"]) + int(notifier["sending"])
