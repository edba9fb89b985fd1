"""`callboard notify-test`: whether Slack is set up as Callboard needs it. It needs no running service."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from actors.notifier.model.outcomes import (
    ApiError,
    Limited,
    NoSuchMethod,
    NotReached,
    Unclear,
    words_of_failure,
)
from actors.notifier.model.slack_errors import RECIPIENT_ERRORS, TOKEN_ERRORS
from actors.notifier.slack.answers import Myself
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.scopes import COMMAND, SCOPES
from messages.settings import SlackSettings

T = TypeVar("T")

TEXT = "This is Callboard's test message: notices can reach this place."

OAUTH = "the app's settings in Slack, under OAuth & Permissions"
BASIC = "the app's settings in Slack, under Basic Information"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFinding:
    """One thing that was checked; `missing` says what to do, empty when all is well."""

    what: str
    missing: str = ""


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
        yield SetupFinding(what="bot token", missing=_token_trouble(answer))
        return
    yield SetupFinding(what=f"bot token: belongs to {answer.user} in the workspace {answer.team}")
    yield _scopes(answer.scopes)
    yield _listening(slack, settings)
    yield from _channel(slack, recipient, answer.user)


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


def _token_trouble(error: str) -> str:
    return f"{error}: {TOKEN_ERRORS[error]}" if error in TOKEN_ERRORS else error


def _scopes(granted: str | None) -> SetupFinding:
    if granted is None:
        return SetupFinding(what="scopes: Slack does not say which ones the token has")
    missing = [scope for scope in SCOPES if scope not in {each.strip() for each in granted.split(",")}]
    if not missing:
        return SetupFinding(what=f"scopes: all {len(SCOPES)}")
    listed = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    return SetupFinding(what="scopes", missing=f"in {OAUTH}, add {listed}, then reinstall the app")


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
        known = RECIPIENT_ERRORS.get(answer) or TOKEN_ERRORS.get(answer, "")
        yield SetupFinding(
            what="channel",
            missing=f"Slack refused the message to {recipient}: {answer}" + (f": {known}" if known else ""),
        )
