"""`callboard notify-test`: whether Slack is set up as Callboard needs it. It needs no running service."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from actors.notifier.model.slack_errors import RECIPIENT_ERRORS, TOKEN_ERRORS
from actors.notifier.render.markdown import one_line
from actors.notifier.slack.scopes import COMMAND, SCOPES
from actors.runtime.os.redaction import Redactor, secrets_of
from messages.settings import SlackSettings

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
    client = _client(settings)
    redact = Redactor(secrets_of(settings)).redact
    answer = _called(client.auth_test, redact)
    if isinstance(answer, str):
        yield SetupFinding(what="bot token", missing=_token_trouble(answer))
        return
    yield SetupFinding(what=f"bot token: belongs to {answer['user']} in the workspace {answer['team']}")
    yield _scopes(answer["scopes"])
    yield _listening(client, settings, redact)
    yield from _channel(client, recipient or settings.channel, answer["user"], redact)


def _client(settings: SlackSettings) -> WebClient:
    client = WebClient(token=settings.bot_token, base_url=settings.api_url, timeout=int(settings.timeout) or 1)
    if urlsplit(settings.api_url).hostname in ("localhost", "127.0.0.1", "::1"):
        client.proxy = None
    return client


def _called(call: Callable[[], Any], redact: Callable[[str], str]) -> Mapping[str, Any] | str:
    """Slack's answer, with the `scopes` of the token (None if it does not say), or its error without secrets."""
    try:
        response = call()
    except SlackApiError as error:
        return redact(str(error.response.get("error") or f"HTTP {error.response.status_code}"))
    except (SlackClientError, OSError, ValueError) as error:
        return one_line(redact(f"Slack cannot be reached ({type(error).__name__}: {error})"))
    headers = {str(name).lower(): value for name, value in response.headers.items()}
    return {**response.data, "scopes": headers.get("x-oauth-scopes")}


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


def _listening(client: WebClient, settings: SlackSettings, redact: Callable[[str], str]) -> SetupFinding:
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
    answer = _called(lambda: client.apps_connections_open(app_token=settings.app_token), redact)
    if isinstance(answer, str):
        hint = "check that Socket Mode is on and that the app token has the scope connections:write"
        return SetupFinding(what="commands", missing=f"Socket Mode cannot be opened ({answer}): {hint}")
    return SetupFinding(what=f"commands: by Socket Mode; try {COMMAND} help")


def _channel(client: WebClient, recipient: str, bot: str, redact: Callable[[str], str]) -> Iterator[SetupFinding]:
    if not recipient:
        yield SetupFinding(
            what="channel",
            missing="slack.channel is not set: set it, or name a channel here: `callboard notify-test '#papers'`",
        )
        return
    answer = _called(lambda: client.chat_postMessage(channel=recipient, text=TEXT), redact)
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
