"""Requests that wait for the replies of other actors."""

import asyncio
from typing import Any

import pytest
from actors.control.pending import NoAnswer, PendingRequests
from thespian.actors import ActorAddress

from messages.health import HealthQuery, HealthReply

PROBER = ActorAddress(1)


class Others:
    """The other actors: only the prober is there. What was sent to it is kept."""

    def __init__(self) -> None:
        self.sent: list[tuple[ActorAddress, Any]] = []
        self.pending = PendingRequests({"prober": PROBER}.get, lambda to, query: self.sent.append((to, query)))


def a_reply(request_id: str) -> HealthReply:
    return HealthReply(request_id=request_id, document="{}", healthy=True)


def test_a_reply_goes_to_the_request_of_its_id() -> None:
    async def play() -> list[Any]:
        others = Others()
        asked = [
            asyncio.create_task(others.pending.ask("prober", HealthQuery(request_id=id))) for id in ("first", "second")
        ]
        await asyncio.sleep(0)
        assert [(to, query.request_id) for to, query in others.sent] == [(PROBER, "first"), (PROBER, "second")]
        assert others.pending.settle(a_reply("second"))
        assert others.pending.settle(a_reply("first"))
        return [reply.request_id for reply in await asyncio.gather(*asked)]

    assert asyncio.run(play()) == ["first", "second"]


def test_an_actor_that_is_silent_is_named_and_its_late_reply_is_nobodys() -> None:
    async def play() -> bool:
        others = Others()
        with pytest.raises(NoAnswer, match="prober did not answer within 0 s: `callboard status`"):
            await others.pending.ask("prober", HealthQuery(request_id="1"), 0.01)
        return others.pending.settle(a_reply("1"))

    assert asyncio.run(play()) is False


def test_an_actor_that_has_not_started_is_named() -> None:
    with pytest.raises(NoAnswer, match="index has not started yet"):
        asyncio.run(Others().pending.ask("index", HealthQuery(request_id="1")))


def test_a_second_reply_to_one_request_comes_too_late() -> None:
    async def play() -> tuple[bool, bool]:
        others = Others()
        asked = asyncio.create_task(others.pending.ask("prober", HealthQuery(request_id="1")))
        await asyncio.sleep(0)
        settled = others.pending.settle(a_reply("1")), others.pending.settle(a_reply("1"))
        await asked
        return settled

    assert asyncio.run(play()) == (True, False)
