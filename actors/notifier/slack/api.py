"""Calls Slack's Web API through slack-sdk, on the actor's private loop. Every exception ends here, as a frozen
outcome, and every pause that Slack asks for is kept here."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import aiohttp
import msgspec
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from actors.notifier.model.outcomes import NOT_LEADING, ApiError, Failure, Limited, NotReached, Unclear
from actors.notifier.outbound.breaker import MAX_CALLS_IN_FLIGHT
from actors.notifier.render.markdown import one_line
from actors.notifier.slack.answers import failure_of, pause_asked
from actors.notifier.slack.error_words import LONGEST_CHARACTERS, words_of_error
from actors.notifier.slack.pauses import CallPauses
from actors.notifier.slack.token import BotToken
from actors.runtime.http.certificates import tls_for
from actors.runtime.http.client import network_of_this_process
from actors.runtime.http.connections import LiberalConnector
from actors.runtime.http.environment import NetworkEnvironment
from actors.runtime.http.session import open_session, refuse_redirects
from actors.runtime.output.redaction import Redactor, secrets_of
from messages.settings import SlackSettings

T = TypeVar("T")

KEEP_ALIVE_SECONDS = 5.0
"""How long an idle connection is kept: not long, because a post on a connection that Slack is closing has an unclear
outcome."""


class _DoesNotLead(Exception):
    """Raised instead of making a call."""


class _LeadersConnector(LiberalConnector):
    """Checks that this instance leads after a connection is made, when there is nothing left to wait for. An instance
    that was paused during a call finds out here, before it has sent anything."""

    def __init__(self, leads: Callable[[], bool], tls: ssl.SSLContext | bool) -> None:
        super().__init__(limit=MAX_CALLS_IN_FLIGHT, keepalive_timeout=KEEP_ALIVE_SECONDS, ssl=tls)
        self._leads = leads

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        """Connect, then check."""
        connection = await super().connect(req, traces, timeout)
        if not self._leads():
            connection.close()
            raise _DoesNotLead
        return connection


class SlackApi:
    """Opens its session with the first call; must be closed. It calls `leads` right before each call to Slack. During a
    pause that Slack has asked for, a call is answered by what is left of the pause, and Slack does not hear of it."""

    def __init__(
        self,
        settings: SlackSettings,
        leads: Callable[[], bool],
        network: NetworkEnvironment | None = None,
        token: BotToken | None = None,
    ) -> None:
        self._settings = settings
        self._network = network or network_of_this_process()
        self._redactor = Redactor(secrets_of(settings))
        self._leads = leads
        self._token = token or BotToken()
        self._pauses = CallPauses()
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None

    async def ask(
        self,
        method: str,
        call: Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]],
        shape: type[T],
        conversation: str = "",
    ) -> T | Failure:
        """Call a method and return its answer, parsed as `shape`. `conversation` is given for a method that Slack
        limits in each conversation."""
        if left := self.pause(method, conversation):
            return Limited(retry_after=left)
        try:
            response = await call(self.connected())
            return msgspec.convert(_parts_of(response), shape)
        except SlackApiError as error:
            now = datetime.now(UTC)
            if (pause := pause_asked(error.response, now)) is not None:
                self._pauses.begin(method, conversation, pause, asyncio.get_running_loop().time())
            return failure_of(method, error.response, now, self._redactor.redact)
        except _DoesNotLead:
            return NotReached(why=NOT_LEADING)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            return NotReached(why=self._text_of(error))
        except (aiohttp.ClientError, SlackClientError, OSError, TimeoutError) as error:
            return Unclear(why=self._text_of(error))
        except (
            ValueError,
            AttributeError,
            RecursionError,
        ) as error:  # msgspec; slack-sdk, if the body is no JSON object
            return Unclear(why=f"an unreadable answer: {self._text_of(error)}")

    async def respond(self, url: str, payload: Mapping[str, Any]) -> Failure | None:
        """Post to an address at which Slack takes answers; None if it was taken. The address is a secret."""
        self.connected()
        assert self._session is not None, "it is connected"
        try:
            async with self._session.post(url, json=dict(payload)) as response:
                if response.status == 200:
                    return None
                body = one_line(self.redact((await response.text())[:100])).replace(url, "…")
        except _DoesNotLead:
            return NotReached(why=NOT_LEADING)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            return NotReached(why=self._text_of(error))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return Unclear(why=self._text_of(error))
        return Unclear(why=f"HTTP {response.status}") if response.status >= 500 else ApiError(error=body or "refused")

    def pause(self, method: str, conversation: str = "") -> float:
        """The seconds for which Slack wants no such call; 0: none."""
        return self._pauses.left(method, conversation, asyncio.get_running_loop().time())

    def connected(self) -> AsyncWebClient:
        """The client, with its session."""
        if self._client is None:
            limit = self._settings.timeout
            self._session = open_session(
                self._network,
                _LeadersConnector(self._leads, tls_for(self._network, self._settings.api_url)),
                aiohttp.ClientTimeout(total=limit, sock_connect=limit / 2),
                middlewares=(refuse_redirects,),
            )
            self._client = AsyncWebClient(
                token=self._settings.bot_token,
                base_url=self._settings.api_url,
                session=self._session,
                retry_handlers=[],
                logger=_quiet_logger(),
            )
            self._client.proxy = None  # the session knows the proxies
        self._client.token = self._token.value or self._settings.bot_token
        return self._client

    def redact(self, text: str) -> str:
        """The text without secrets."""
        return self._redactor.redact(text)

    def _text_of(self, error: BaseException) -> str:
        """An exception in words, without the tokens that requests carry in a header."""
        return one_line(self.redact(words_of_error(error)))[:LONGEST_CHARACTERS]

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = self._client = None


def _parts_of(response: AsyncSlackResponse) -> dict[str, Any]:
    """The answer, with the scopes of the token, which are in a header. Raises ValueError."""
    if not isinstance(response.data, dict):
        raise ValueError("not a JSON object")
    return {**response.data, "scopes": response.headers.get("x-oauth-scopes")}


def _quiet_logger() -> logging.Logger:
    """At lower levels, slack-sdk logs whole requests and answers."""
    logger = logging.getLogger("callboard.slack_sdk")
    logger.setLevel(logging.WARNING)
    return logger
