"""How the stage's Slack reaches the app: over the websockets that it opened, or by signed requests to its address."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from actors.stage.slack.calls import APP, Refusal
from actors.stage.slack.deliveries import AppDelivery, envelope
from actors.stage.slack.posting import checked
from actors.stage.web.store import Stage
from actors.stage.world.slack_events import Attempted, FormClosed, MessageTaken, TicketUsed
from actors.stage.world.state import Attempt, EnvelopeKind

FORM = "application/x-www-form-urlencoded"
LIFETIME = 3600
"""Seconds, as hello has it."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    based = b":".join((b"v0", timestamp.encode(), body))
    return "v0=" + hmac.new(secret.encode(), based, hashlib.sha256).hexdigest()


class EventDelivery:
    """Runs on the stage's loop; `close` cancels what is under way."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._open: list[web.WebSocketResponse] = []
        self._sent = 0
        self._awaited: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def send(self, delivery: AppDelivery) -> None:
        """Begin to deliver; each attempt is an `Attempted` of the world."""
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """The websocket's address: each ticket opens one."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._stage.world.slack.tickets:
            return web.Response(status=403, text="no ticket\n")
        self._stage.apply(TicketUsed(ticket=ticket))
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self._open.append(connection)
        try:
            await connection.send_str(json.dumps(self._hello()))
            async for message in connection:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._open.remove(connection)
        return connection

    async def disconnect(self, reason: str) -> int:
        """Tell every connection that it ends; how many there were. With `warning` the connection stays open;
        otherwise it is closed at once."""
        said = json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "stage"}})
        connections = tuple(self._open)
        for connection in connections:
            await connection.send_str(said)
            if reason != "warning":
                await connection.close()
        return len(connections)

    async def verify(self) -> bool:
        """Whether the address of HTTP mode answers the challenge."""
        body = json.dumps({"type": "url_verification", "token": "", "challenge": "a-challenge"}).encode()
        try:
            async with asyncio.timeout(self._stage.world.slack.patience):
                status, answer, _ = await self._post(body, "application/json", {})
        except (TimeoutError, aiohttp.ClientError):
            return False
        return status == 200 and b"a-challenge" in answer

    async def close(self) -> None:
        """End everything."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for connection in tuple(self._open):
            await connection.close()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    def _hello(self) -> dict[str, Any]:
        info = {"host": "stage", "approximate_connection_time": LIFETIME}
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": APP},
            "debug_info": info,
        }

    def _acknowledged(self, text: str) -> None:
        try:
            told = json.loads(text)
        except ValueError:
            return
        if isinstance(told, dict) and (waiting := self._awaited.get(str(told.get("envelope_id")))) is not None:
            payload = told.get("payload")
            if not waiting.done():
                waiting.set_result(payload if isinstance(payload, dict) else {})

    async def _deliver(self, delivery: AppDelivery) -> None:
        pauses = self._stage.world.slack.retries if delivery.manner is EnvelopeKind.EVENTS else ()
        reason = ""
        for retry in range(len(pauses) + 1):
            attempt, again = await self._attempt(delivery, retry, reason)
            self._stage.apply(Attempted(attempt=attempt))
            self._show(delivery, attempt)
            self._close_form(delivery, attempt)
            if not attempt.failure or not again or retry == len(pauses):
                return
            reason = attempt.failure
            await asyncio.sleep(pauses[retry])

    async def _attempt(self, delivery: AppDelivery, retry: int, reason: str) -> tuple[Attempt, bool]:
        """The result, and whether another attempt is allowed."""
        began = time.monotonic()
        failure, again = "", True
        answer: dict[str, Any] = {}
        try:
            async with asyncio.timeout(self._stage.world.slack.patience):
                if self._stage.world.slack.events_url:
                    failure, answer, again = await self._by_http(delivery, retry, reason)
                else:
                    failure, answer = await self._by_socket(delivery, retry, reason)
        except TimeoutError:
            failure = "http_timeout" if self._stage.world.slack.events_url else "timeout"
        except (aiohttp.ClientError, OSError):
            failure = "connection_failed"
        attempt = Attempt(
            delivery=delivery.id,
            manner=delivery.manner,
            retry=retry,
            seconds=round(time.monotonic() - began, 4),
            failure=failure,
            answer=answer,
        )
        return attempt, again

    async def _by_socket(self, delivery: AppDelivery, retry: int, reason: str) -> tuple[str, dict[str, Any]]:
        if not self._open:
            return "connection_failed", {}
        self._sent += 1
        told = envelope(delivery, f"e{self._sent}", retry, reason)
        waiting: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._awaited[told["envelope_id"]] = waiting
        try:
            # Slack may choose any connection; in turn is what shows most.
            connection = self._open[self._sent % len(self._open)]
            await connection.send_str(json.dumps(told))
            return "", dict(await waiting)
        finally:
            del self._awaited[told["envelope_id"]]

    async def _by_http(self, delivery: AppDelivery, retry: int, reason: str) -> tuple[str, dict[str, Any], bool]:
        retried = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        if delivery.manner is EnvelopeKind.EVENTS:
            body, kind = json.dumps(delivery.payload).encode(), "application/json"
        else:
            payload = delivery.payload
            form = payload if delivery.manner is EnvelopeKind.SLASH else {"payload": json.dumps(payload)}
            body, kind = urlencode(form).encode(), FORM
        status, said, headers = await self._post(body, kind, retried)
        again = headers.get("X-Slack-No-Retry") != "1"
        return ("" if status == 200 else "http_error"), _object(said), again

    async def _post(self, body: bytes, kind: str, more: Mapping[str, str]) -> tuple[int, bytes, Mapping[str, str]]:
        slack = self._stage.world.slack
        now = str(int(self._stage.now().timestamp()))
        headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": now, "User-Agent": "Slackbot 1.0", **more}
        headers["X-Slack-Signature"] = signature(slack.signing_secret, now, body)
        async with (
            aiohttp.ClientSession() as session,
            session.post(slack.events_url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.read(), answer.headers

    def _close_form(self, delivery: AppDelivery, attempt: Attempt) -> None:
        """A form that was sent is gone, unless the app found something wrong with it."""
        is_form = delivery.payload.get("type") == "view_submission"
        if is_form and not attempt.failure and attempt.answer.get("response_action") != "errors":
            self._stage.apply(FormClosed(user=delivery.user))

    def _show(self, delivery: AppDelivery, attempt: Attempt) -> None:
        """Show the text in the acknowledgement of a slash command to its author alone."""
        if delivery.manner is EnvelopeKind.SLASH and _is_message(attempt.answer):
            told = dict(attempt.answer)
            only = "" if told.get("response_type") == "in_channel" else delivery.user
            at = self._stage.now()
            self._stage.apply(MessageTaken(channel=delivery.channel, at=at, payload=told, visible_to=only))


def _is_message(answer: Mapping[str, Any]) -> bool:
    try:
        checked(answer)
    except Refusal:
        return False
    return True


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
