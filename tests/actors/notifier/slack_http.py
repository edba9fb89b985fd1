"""Slack's signed requests for tests."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from tests.actors.notifier.room import Room
from tests.actors.notifier.slack_socket import a_message

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


class Http:
    """Slack's end of HTTP."""

    def __init__(self, room: Room, is_known: bool = True, **slack: Any) -> None:
        self._room = room
        room.open(events="http", signing_secret=SECRET, events_port=0, **slack)
        room.until(lambda: room.snapshot().hears.startswith("http"))
        self.url = room.snapshot().hears
        # before it knows who it is, it takes nothing
        hello = a_message("hello", type="reaction_added") | ({} if is_known else {"api_app_id": "A9"})
        room.until(lambda: self.event(hello).status_code == 200)

    def send(self, body: str, kind: str, timestamp: float | None = None, secret: str = SECRET) -> httpx.Response:
        """Sign and send; the actor works meanwhile."""
        at = str(int(time.time() if timestamp is None else timestamp))
        signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": str(signature), "Content-Type": kind}
        return self._room.working(lambda: httpx.post(self.url, content=body, headers=headers, timeout=60))

    def event(self, payload: dict[str, Any], **how: Any) -> httpx.Response:
        """An event."""
        return self.send(json.dumps(payload), "application/json", **how)

    def form(self, fields: dict[str, Any]) -> httpx.Response:
        """A slash command or an action."""
        return self.send(urlencode(fields), "application/x-www-form-urlencoded")
