"""`callboard notify-test`: whether Slack is set up as Callboard needs it. It needs no running service."""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from actors.notifier.model.addresses import way_of
from actors.notifier.model.outcomes import (
    ApiError,
    Limited,
    NoSuchMethod,
    NotReached,
    Unclear,
    Undelivered,
    words_of_failure,
)
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.model.slack_errors import POST, words_of
from actors.notifier.services.routed_transport import RoutedTransport
from actors.notifier.slack.answers import Myself
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.port import ConsoleTransport
from actors.notifier.slack.scopes import COMMAND, EVENTS, SCOPES, SHORTCUT, UNFURLED
from messages.settings import Settings, SlackSettings

T = TypeVar("T")

TEXT = "This is Callboard's test message: notices can reach this place."

OAUTH = "the app's settings in Slack, under OAuth & Permissions"
BASIC = "the app's settings in Slack, under Basic Information"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFinding:
    """One thing that was checked; `missing` says what to do, empty when all is well. `note` says how to check what
    Callboard cannot."""

    what: str
    missing: str = ""
    note: str = ""

    @property
    def line(self) -> str:
        """What is printed."""
        if self.missing or self.note:
            return f"{'missing' if self.missing else 'note':9}{self.what}: {self.missing or self.note}"
        return f"{'ok':9}{self.what}"


def checked(settings: Settings, recipient: str) -> Iterator[SetupFinding]:
    """Check whatever brings messages to `recipient`, and post one there; Slack, if it is no address of another way."""
    if way_of(recipient) is not None:
        yield check_way(settings, recipient)
    else:
        yield from check(settings.slack, recipient)


def check_way(settings: Settings, recipient: str) -> SetupFinding:
    """Post one message in another way than Slack."""
    now = datetime.now(UTC)
    message = OutgoingMessage(
        id=str(uuid.uuid4()), recipient=recipient, text=TEXT, attempt=1, failures=0, channel=None, last_ts=None
    )
    nowhere = ConsoleTransport(sys.stdout, lambda: now)
    outcome = asyncio.run(RoutedTransport(nowhere, settings, lambda: True, lambda: now).post(message))
    missing = outcome.why if isinstance(outcome, Undelivered) else ""
    return SetupFinding(what=f"{recipient}: a test message" + ("" if missing else " was taken"), missing=missing)


def check(settings: SlackSettings, recipient: str) -> Iterator[SetupFinding]:
    """Check everything in turn, and post one message to `recipient`, or to the channel of the configuration."""
    if not settings.bot_token:
        where = f"in {OAUTH}, copy the Bot User OAuth Token into CALLBOARD_SLACK__BOT_TOKEN"
        yield SetupFinding(what="bot token", missing=f"slack.bot_token is not set: {where}")
        return
    with asyncio.Runner() as loop:
        slack = _Slack(loop, settings)
        try:
            yield from _findings(slack, settings, recipient or settings.channel)
        finally:
            slack.close()


def _findings(slack: "_Slack", settings: SlackSettings, recipient: str) -> Iterator[SetupFinding]:
    answer = slack.called("auth.test", lambda client: client.auth_test(), Myself)
    if isinstance(answer, str):
        expired = answer == "token_expired" and settings.refresh_token
        hint = "; the service renews it when it runs, and uses that" if expired else ""
        yield SetupFinding(what="bot token", missing=words_of("auth.test", answer) + hint)
        return
    yield SetupFinding(what=f"bot token: belongs to {answer.user} in the workspace {answer.team}")
    yield _scopes(answer.scopes)
    yield _listening(slack, settings)
    yield from _channel(slack, recipient, answer.user)
    yield _events()
    yield _features()


class _Slack:
    """Calls Slack one method after the other, as the service does."""

    def __init__(self, loop: asyncio.Runner, settings: SlackSettings) -> None:
        self._loop = loop
        self._api = SlackApi(settings, lambda: True)

    def called(
        self, method: str, call: Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]], shape: type[T]
    ) -> T | str:
        """Slack's answer, or what went wrong."""
        answer = self._loop.run(self._api.ask(method, call, shape))
        if isinstance(answer, ApiError):
            return answer.error
        if isinstance(answer, Limited):
            return f"{words_of_failure(answer)}: try again after that"
        if isinstance(answer, NotReached | Unclear | NoSuchMethod):
            return f"Slack cannot be reached ({words_of_failure(answer)})"
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._loop.run(self._api.close())


class _Done(msgspec.Struct):
    """Any answer that is no failure."""


def _scopes(granted: str | None) -> SetupFinding:
    if granted is None:
        return SetupFinding(what="scopes: Slack does not say which ones the token has")
    missing = [scope for scope in SCOPES if scope not in {each.strip() for each in granted.split(",")}]
    if not missing:
        return SetupFinding(what=f"scopes: all {len(SCOPES)}")
    listed = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    return SetupFinding(what="scopes", missing=f"in {OAUTH}, add {listed}, then reinstall the app")


def _events() -> SetupFinding:
    """Slack tells nobody but the app's owner which events it sends."""
    where = "Slack does not say which ones it sends; in the app's settings, under Event Subscriptions, they should be"
    return SetupFinding(what="events", note=f"{where} {', '.join(EVENTS)}")


def _features() -> SetupFinding:
    """Nor what else the manifest sets."""
    where = "in the app's settings, the Home tab should be on under App Home, the message shortcut"
    links = f"{SHORTCUT} under Interactivity & Shortcuts, and {', '.join(UNFURLED)} under Event Subscriptions,"
    return SetupFinding(
        what="features", note=f"Slack does not say which ones are on; {where} {links} App unfurl domains"
    )


def _listening(slack: _Slack, settings: SlackSettings) -> SetupFinding:
    if settings.events == "http":
        if settings.signing_secret:
            address = f"{settings.events_host} port {settings.events_port}"
            return SetupFinding(
                what=f"commands: by HTTP at {address}; the app's settings in Slack say whether Slack reaches it"
            )
        where = f"in {BASIC}, copy the Signing Secret into CALLBOARD_SLACK__SIGNING_SECRET"
        return SetupFinding(what="commands", missing=f"slack.signing_secret is not set: {where}")
    if not settings.app_token:
        where = f"in {BASIC}, generate an App-Level Token with connections:write into CALLBOARD_SLACK__APP_TOKEN"
        return SetupFinding(
            what="commands", missing=f"slack.app_token is not set, so users cannot send commands: {where}"
        )
    token = settings.app_token
    answer = slack.called("apps.connections.open", lambda client: client.apps_connections_open(app_token=token), _Done)
    if isinstance(answer, str):
        hint = "check that Socket Mode is on and that the app token has the scope connections:write"
        return SetupFinding(what="commands", missing=f"Socket Mode cannot be opened ({answer}): {hint}")
    return SetupFinding(what=f"commands: by Socket Mode; try {COMMAND} help")


def _channel(slack: _Slack, recipient: str, bot: str) -> Iterator[SetupFinding]:
    if not recipient:
        yield SetupFinding(
            what="channel",
            missing="slack.channel is not set: set it, or name a channel here: `callboard notify-test '#papers'`",
        )
        return
    answer = slack.called(
        "chat.postMessage", lambda client: client.chat_postMessage(channel=recipient, text=TEXT), _Done
    )
    if not isinstance(answer, str):
        yield SetupFinding(what=f"channel: posted a message to {recipient}")
    elif answer == "not_in_channel":
        yield SetupFinding(what="channel", missing=f"the app is not a member of {recipient}: type /invite @{bot} there")
    elif answer == "channel_not_found":
        hint = f"check the spelling; in a private channel, type /invite @{bot} first"
        yield SetupFinding(what="channel", missing=f"Slack has no {recipient}, or the app cannot see it: {hint}")
    else:
        yield SetupFinding(
            what="channel", missing=f"Slack refused the message to {recipient}: {words_of(POST, answer)}"
        )
