"""The outside world of the engine: the stage's sites and its Slack, in this process, behind a slow and lossy network.

What was sent to Slack may land after its sender was killed, and may land without anybody hearing of it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from actors.notifier.model.outcomes import (
    NOT_LEADING,
    ApiError,
    Failure,
    Limited,
    NotReached,
    NotThere,
    PostOutcome,
    SearchOutcome,
    Unclear,
)
from actors.notifier.model.outgoing import OutgoingMessage, RenderedMessage
from actors.notifier.slack.answers import EVENT_TYPE, HistoryPage, is_of, posted
from actors.stage.faults.exchange import Asking, Reply, Site
from actors.stage.faults.faults import FaultRule, FixedReply
from actors.stage.sites import sites
from actors.stage.world.script import Event
from actors.stage.world.state import STAGE_TOKEN
from actors.stage.world.world import World, fold
from tests.chaos.interleaving.engine import Engine, Ref

SOON = 0.4
"""The longest that a message takes, one way, in seconds."""

TIMEOUT = 3.0
LATE = 2.5
"""Seconds after which an asker has no answer; seconds after which a post may still land, less than the quiet period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How likely a call to a site fails, and a call to Slack; or Slack is away, and no call reaches it."""

    sites: float = 0.0
    slack: float = 0.0
    slack_is_away: bool = False


class Network:
    """The world, and what happens to it."""

    def __init__(self, engine: Engine, weather: Weather) -> None:
        self.engine = engine
        self.weather = weather
        self.world = World()

    def apply(self, *events: Event) -> None:
        """Let it happen."""
        for event in events:
            self.world = fold(self.world, event)

    def answer(self, asking: Asking, rule: FaultRule | None = None) -> Reply:
        """What a site says now, and does."""
        outcome, _ = sites.played(self.world, asking, rule)
        self.apply(*outcome.events)
        return outcome.reply

    def asking(self, site: Site, verb: str, name: str, **more: Any) -> Asking:
        """A request that arrives now."""
        return Asking(site=site, verb=verb, path=f"/{name}", name=name, at=self.engine.now(), **more)

    def delay(self) -> float:
        """Of one message on the wire."""
        return self.engine.chance.uniform(0.001, SOON)


class _Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


class Transport(httpx.AsyncBaseTransport):
    """The way of an httpx client to one site."""

    def __init__(self, network: Network, site: Site) -> None:
        self._network = network
        self._site = site

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange."""
        network, chance = self._network, self._network.engine.chance
        await asyncio.sleep(network.delay())
        rule = None
        if chance.random() < network.weather.sites:
            fault = chance.choice(("reset", "silence", "500", "429"))
            network.engine.count(f"faults of {self._site.value}")
            if fault == "reset":
                raise httpx.ReadError("connection reset")
            if fault == "silence":
                await asyncio.sleep(3600)
            answer = FixedReply(status=500 if fault == "500" else 429, headers=(("Retry-After", "1"),))
            rule = FaultRule(site=self._site, fault=answer)
        headers = {key.lower(): value for key, value in request.headers.items()}
        name = request.url.path.rpartition("/")[2]
        reply = network.answer(network.asking(self._site, request.method, name, headers=headers), rule)
        if request.method != "HEAD":  # of which there are more than of all else: one wait for both ways
            await asyncio.sleep(network.delay())
        body = b"" if request.method == "HEAD" else reply.body
        return httpx.Response(reply.status, headers=list(reply.headers), stream=_Body(body))


class SlackOnStage:
    """The notifier's way to Slack."""

    name = "slack"

    def __init__(self, network: Network, owner: Ref, leads: Callable[[], bool]) -> None:
        self._network = network
        self._owner = owner
        self._leads = leads

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """chat.postMessage."""
        await asyncio.sleep(self._network.delay())
        if not self._leads():
            return NotReached(why=NOT_LEADING)
        if self._network.weather.slack_is_away:
            return NotReached(why="no connection")
        match self._fate(("no connection", "429", "lost", "answer lost", "late", "late, answer lost")):
            case "no connection":
                return NotReached(why="no connection")
            case "429":
                return Limited(retry_after=1.0)
            case "lost":
                await asyncio.sleep(TIMEOUT)
                return Unclear(why="no answer")
            case fate:
                late = self._network.engine.chance.uniform(0, LATE) if "late" in fate else 0.0
                return await self._landed(message, self._network.delay() + late, heard="lost" not in fate)

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """conversations.history."""
        await asyncio.sleep(self._network.delay())
        if self._network.weather.slack_is_away:
            return NotReached(why="no connection")
        if self._fate(("history fails",)):
            return Unclear(why="HTTP 500")
        recipient = message.recipient
        channel = message.channel or (recipient if recipient.startswith("C") else f"D0{recipient}")
        arguments = {"channel": channel, "oldest": message.last_ts or "0", "include_all_metadata": "1", "limit": "999"}
        told = self._call("conversations.history", arguments)
        await asyncio.sleep(self._network.delay())
        if told.get("error") == "channel_not_found":  # nobody has written there yet
            return NotThere()
        page = msgspec.convert(told, HistoryPage)
        return next((posted(channel, found.ts) for found in page.messages if is_of(found, message)), NotThere())

    async def update(self, channel: str, ts: str, message: RenderedMessage) -> Failure | None:
        """chat.update: what is lost, or whose answer is, is made again."""
        await asyncio.sleep(self._network.delay())
        if not self._leads():
            return NotReached(why=NOT_LEADING)
        if self._network.weather.slack_is_away:
            return NotReached(why="no connection")
        match self._fate(("no connection", "429", "lost", "answer lost")):
            case "no connection":
                return NotReached(why="no connection")
            case "429":
                return Limited(retry_after=1.0)
            case "lost":
                await asyncio.sleep(TIMEOUT)
                return Unclear(why="no answer")
            case fate:
                told = self._call("chat.update", {"channel": channel, "ts": ts, "text": message.text})
                await asyncio.sleep(TIMEOUT if fate else self._network.delay())
                if fate:
                    return Unclear(why="no answer")
                return None if told.get("ok") else ApiError(error=str(told.get("error")))

    async def close(self) -> None:
        """Nothing is open."""

    def _fate(self, troubles: tuple[str, ...]) -> str:
        engine = self._network.engine
        if engine.chance.random() >= self._network.weather.slack:
            return ""
        engine.count("faults of slack")
        return engine.chance.choice(troubles)

    async def _landed(self, message: OutgoingMessage, after: float, *, heard: bool) -> PostOutcome:
        """The post lands by itself, whatever becomes of who sent it."""
        engine = self._network.engine
        answer: asyncio.Future[PostOutcome] = asyncio.get_running_loop().create_future()

        def hear(outcome: PostOutcome) -> None:
            if self._owner.alive and not answer.done():
                answer.set_result(outcome)
                self._owner.ready = True

        def land() -> None:
            outcome = self._take(message)
            if heard:
                engine.at(self._network.delay(), lambda: hear(outcome))

        engine.at(after, land)
        engine.at(TIMEOUT, lambda: hear(Unclear(why="no answer")))
        return await answer

    def _take(self, message: OutgoingMessage) -> PostOutcome:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"id": message.id}}
        told = self._call(
            "chat.postMessage", {"channel": message.recipient, "text": message.text, "metadata": json.dumps(metadata)}
        )
        if told.get("ok"):
            return posted(str(told["channel"]), str(told["ts"]))
        return ApiError(error=str(told.get("error")))

    def _call(self, method: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {STAGE_TOKEN}"}
        asking = self._network.asking(Site.SLACK, "POST", method, headers=headers, arguments=arguments)
        told: dict[str, Any] = json.loads(self._network.answer(asking).body)
        return told
