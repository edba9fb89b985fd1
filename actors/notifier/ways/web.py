"""A request to a webhook, to Mattermost or to Matrix, and what its answer means."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus

import aiohttp
import msgspec

from actors.notifier.model.outcomes import NOT_LEADING, Posted, Undelivered
from actors.notifier.ways.payloads import WebRequest
from actors.runtime.http.certificates import UnusableCertificates, tls_for
from actors.runtime.http.client import network_of_this_process
from actors.runtime.http.connections import LiberalConnector
from actors.runtime.http.session import RedirectAnswered, open_session, refuse_redirects, words_of
from actors.runtime.http_headers import parse_retry_after

TRIED_AGAIN = frozenset({401, 403, 404, 408, 425, 429})
"""What an operator, or time, will repair. Other 4xx mean that this message is refused for good."""

UNCLEAR = frozenset({502, 504})
"""A proxy answers that lost the server behind it, which may have taken the message."""

AFTER_THE_DEED = frozenset({302, 303})
"""Redirects that a server may answer with once it has taken a message; the others say that it takes none here."""

MOST_ANSWER_BYTES = 64 * 1024
"""Of an answer so much is read."""


async def no_doubt(answer: aiohttp.ClientResponse) -> str:
    """Whatever answers success has taken the message."""
    return ""


async def doubt_about_mattermost(answer: aiohttp.ClientResponse) -> str:
    """Mattermost answers `ok`; a page for browsers comes from something before it."""
    return "but with a web page: see mattermost.url" if answer.content_type == "text/html" else ""


async def doubt_about_matrix(answer: aiohttp.ClientResponse) -> str:
    """A homeserver answers with the event that the message has become."""
    body = b""
    while len(body) < MOST_ANSWER_BYTES and (chunk := await answer.content.read(MOST_ANSWER_BYTES)):
        body += chunk
    try:
        msgspec.json.decode(body, type=_MatrixEvent)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return "but not from a Matrix server: see matrix.url"
    return ""


class _MatrixEvent(msgspec.Struct):
    event_id: str


class WebWay:
    """Opens a session for each request: they are rare, and an idle connection that breaks makes outcomes unclear."""

    def __init__(self, timeout: float, leads: Callable[[], bool]) -> None:
        self._timeout = timeout
        self._leads = leads
        self._network = network_of_this_process()

    async def send(
        self,
        request: WebRequest,
        recipient: str,
        *,
        is_idempotent: bool,
        doubt: Callable[[aiohttp.ClientResponse], Awaitable[str]] = no_doubt,
    ) -> Posted | Undelivered:
        """One attempt. `is_idempotent`: the other side takes the same request only once. `doubt` says why an answer of
        success is none of the other side's, if it is not."""
        try:
            tls = tls_for(self._network, request.url)
        except UnusableCertificates as error:
            return Undelivered(why=str(error))
        timeout = aiohttp.ClientTimeout(total=self._timeout)
        session = open_session(self._network, LiberalConnector(ssl=tls), timeout, middlewares=(refuse_redirects,))
        headers = {"content-type": "application/json", **dict(request.headers)}
        async with session:
            if not self._leads():
                return Undelivered(why=NOT_LEADING)
            try:
                async with session.request(request.method, request.url, data=request.body, headers=headers) as answer:
                    if 200 <= answer.status < 300:
                        return _taken(answer.status, await doubt(answer), recipient)
                    return _meaning(answer.status, answer.headers.get("retry-after"), is_idempotent)
            except RedirectAnswered as error:
                is_unclear = error.status in AFTER_THE_DEED and not is_idempotent
                return Undelivered(why=str(error), is_unclear=is_unclear)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
                return Undelivered(why=words_of(error))
            except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
                why = words_of(error) if str(error) else f"no answer within {self._timeout:g} s"
                return Undelivered(why=why, is_unclear=not is_idempotent)


def _taken(status: int, doubt: str, recipient: str) -> Posted | Undelivered:
    return Undelivered(why=f"HTTP {status}, {doubt}") if doubt else Posted(channel=recipient, ts="")


def _meaning(status: int, pause: str | None, is_idempotent: bool) -> Undelivered:
    name = HTTPStatus(status).phrase if status in set(HTTPStatus) else "an unknown status"
    why = f"HTTP {status} ({name})"
    if 400 <= status < 500 and status not in TRIED_AGAIN:
        return Undelivered(why=why, is_final=True)
    is_unclear = status in UNCLEAR and not is_idempotent
    return Undelivered(why=why, is_unclear=is_unclear, retry_after=parse_retry_after(pause, datetime.now(UTC)))
