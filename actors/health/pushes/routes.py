"""`/ping/…` and `/api/v1/endpoints/…/external`: what jobs push goes to the ChecksActor, and its answer to the job."""

import asyncio
import hashlib
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web

from actors.health.pushes.reading import LONGEST_OUTPUT_BYTES, UnreadablePush, pinged, pushed
from actors.health.pushes.rounds import PushRounds
from actors.runtime.ask import Asker, NoAnswer
from actors.web.server.admission import RequestLimiter
from messages.heartbeats import HeartbeatsPushed, PushHeartbeat, PushOutcome
from messages.settings import Settings

BODY_SECONDS = 10.0

MOST_UNDER_WAY = 200
"""Pushes that await the ChecksActor's answer; one more has to come again."""

UNKNOWN_PER_MINUTE = 120
"""Requests of one address that end with an unknown token. After that it waits, except with tokens that were good
before: many jobs may come from the address of one proxy."""

BLOCKED_SECONDS = 1.0
MOST_BLOCKED = 1000
"""For so long an address waits; so many are remembered."""

MOST_KNOWN = 20_000

NOT_FOUND = "not found\n"
"""The same for whatever is not known."""


class PushOwner(Asker, Protocol):
    """What the actor that owns the server offers."""

    @property
    def leader(self) -> str:
        """The other instance that leads; empty where this one does."""

    @property
    def settings(self) -> Settings:
        """The configuration."""

    def clock(self) -> float:
        """Seconds that never go back."""


class PushRoutes:
    """Of the HealthActor. 200 means that the signal is stored; 503 that it is not for sure, and should come again: the
    ChecksActor did not answer within `answer_limit` seconds."""

    def __init__(self, owner: PushOwner, answer_limit: float) -> None:
        self._owner = owner
        self._answer_limit = answer_limit
        self._rounds = PushRounds(owner)
        self._limiter = RequestLimiter(UNKNOWN_PER_MINUTE)
        self._blocked: OrderedDict[str, float] = OrderedDict()
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._under_way = 0

    def routes(self) -> list[web.RouteDef]:
        """What the server is to answer."""
        ping, push = self._answering(self._pinged), self._answering(self._pushed)
        return [
            *(web.get(path, ping) for path in ("/ping/{token}", "/ping/{token}/{signal}")),
            *(web.post(path, ping) for path in ("/ping/{token}", "/ping/{token}/{signal}")),
            web.post("/api/v1/endpoints/{key}/external", push),
        ]

    def replied(self, reply: HeartbeatsPushed) -> None:
        """A reply of the ChecksActor."""
        self._rounds.replied(reply)

    def _answering(
        self, read: Callable[[web.Request], Awaitable[PushHeartbeat]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    push = await read(request)
            except UnreadablePush as error:
                return _text(400, f"{error}\n")
            except TimeoutError:
                return _text(408, "the body did not come in time\n")
            return await self._answer(push, request.remote or "")

        return answer

    async def _pinged(self, request: web.Request) -> PushHeartbeat:
        where = request.match_info
        body = await _beginning(request)
        return pinged(uuid.uuid4().hex, where["token"], where.get("signal", ""), request.query.get("rid", ""), body)

    async def _pushed(self, request: web.Request) -> PushHeartbeat:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else ""
        body = await _beginning(request)
        return pushed(uuid.uuid4().hex, request.match_info["key"], given, request.query, body)

    async def _answer(self, push: PushHeartbeat, remote: str) -> web.Response:
        unknown = _text(401, "invalid token\n") if push.endpoint else _text(404, NOT_FOUND)
        if self._owner.leader:
            return _later(f"this instance is a standby: {self._owner.leader} leads, and answers\n")
        if not self._owner.settings.has_checks:
            return unknown
        digest = hashlib.sha256(push.token.encode("utf-8", "surrogatepass")).digest()
        if digest not in self._known and self._blocked.get(remote, 0.0) > self._owner.clock():
            return _text(429, "too many requests\n", {"Retry-After": "1"})
        if self._under_way >= MOST_UNDER_WAY:
            return _later("too many signals at once\n")
        self._under_way += 1
        try:
            outcome = await self._rounds.outcome(push, self._answer_limit)
        except NoAnswer:
            return _later("the signal is not stored for sure\n")
        finally:
            self._under_way -= 1
        if outcome is PushOutcome.UNKNOWN:
            self._count_unknown(remote)
            return unknown
        self._remember(digest)
        if outcome is PushOutcome.TOO_OFTEN:
            return _text(429, "too many signals\n", {"Retry-After": "5"})
        return _text(200, "OK\n", {"Ping-Body-Limit": str(LONGEST_OUTPUT_BYTES)})

    def _count_unknown(self, remote: str) -> None:
        now = self._owner.clock()
        if self._limiter.refused(remote, now) is not None:
            self._blocked[remote] = now + BLOCKED_SECONDS
            if len(self._blocked) > MOST_BLOCKED:
                self._blocked.popitem(last=False)

    def _remember(self, digest: bytes) -> None:
        self._known[digest] = None
        self._known.move_to_end(digest)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


async def _beginning(request: web.Request) -> bytes:
    """What is kept of a body. The rest is not read."""
    body = bytearray()
    if request.can_read_body:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) >= LONGEST_OUTPUT_BYTES:
                break
    return bytes(body[:LONGEST_OUTPUT_BYTES])


def _later(text: str) -> web.Response:
    return _text(503, text, {"Retry-After": "5"})


def _text(status: int, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, text=text, headers=headers)
