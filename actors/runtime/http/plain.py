"""One GET or HEAD without a body to a plain `http://` URL, over a connection of its own, and without aiohttp's session.

Most checks ask just that, again and again. For each, a session makes a request, a response, and what links the two for
cookies, proxies, uploads, traces and time limits: about a tenth of the CPU of a check, for nothing here. The
connector, the connection's protocol with the parser of the answer, and the writer of the request's head are those of
every other request, so that the same is sent, borne and refused. A test asks both ways the same and compares.
"""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import hdrs
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.helpers import HeadersMixin
from aiohttp.http import HttpProcessingError, StreamWriter
from aiohttp.streams import StreamReader
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from actors.runtime.http.heads import MOST_HEAD_BYTES

_ENCODINGS = aiohttp.ClientRequest.DEFAULT_HEADERS[hdrs.ACCEPT_ENCODING]


def is_plain(method: str, url: URL, headers: Mapping[str, str], body: bytes | None) -> bool:
    """Whether a request, for which there is no proxy, is one of these. `headers` must know names in any case."""
    return (
        body is None
        and method in ("GET", "HEAD")
        and url.scheme == "http"
        and bool(url.raw_host)
        and url.raw_user is None
        and url.raw_password is None
        and hdrs.EXPECT not in headers
    )


class PlainAnswer(HeadersMixin):
    """What came: a body whose end may not have come yet."""

    def __init__(self, status: int, headers: CIMultiDictProxy[str], content: StreamReader) -> None:
        self.status = status
        self.headers = self._headers = headers
        self.content = content


class PlainRequest:
    """A request that `is_plain`, with the headers of a session and over its connector, which has no pool. To be entered
    once: that gives the answer, and leaving closes the connection. Raises what a session raises."""

    proxy: URL | None = None  # this, and all to `is_ssl`, is what a connector asks a request for
    ssl = True
    server_hostname: str | None = None

    def __init__(self, session: aiohttp.ClientSession, method: str, url: URL, headers: Mapping[str, str]) -> None:
        self.url = url
        self.port = url.port
        self._session = session
        self._method = method
        self._headers = headers
        self._connection: Connection | None = None

    @property
    def connection_key(self) -> ConnectionKey:
        """Whereto the connection is."""
        return ConnectionKey(self.url.raw_host or "", self.port, False, True, None, None, None)

    def is_ssl(self) -> bool:
        """Never."""
        return False

    async def __aenter__(self) -> PlainAnswer:
        """Ask. As by a session, a connection that ends without an answer is made once more."""
        try:
            return await self._answer()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            return await self._answer()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._close()

    async def _answer(self) -> PlainAnswer:
        try:
            return await self._exchange()
        except BaseException as error:
            self._close()
            if isinstance(error, OSError) and not isinstance(error, aiohttp.ClientError):
                raise aiohttp.ClientOSError(*error.args) from error
            raise

    async def _exchange(self) -> PlainAnswer:
        session, fields = self._session, self._fields()
        connector: Any = session.connector
        try:
            connection: Connection = await connector.connect(self, (), session.timeout)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError(f"Connection timeout to host {self.url}") from error
        self._connection, protocol = connection, connection.protocol
        assert protocol is not None
        protocol.set_response_params(
            skip_payload=self._method == "HEAD",
            read_until_eof=True,
            max_line_size=MOST_HEAD_BYTES,
            max_field_size=MOST_HEAD_BYTES,
            max_headers=MOST_HEAD_BYTES,
        )
        writer = StreamWriter(protocol, asyncio.get_running_loop())
        await writer.write_headers(f"{self._method} {self.url.raw_path_qs} HTTP/1.1", fields)
        writer.set_eof()
        try:
            message, content = await protocol.read()
        except HttpProcessingError as error:
            asked = aiohttp.RequestInfo(self.url, self._method, CIMultiDictProxy(fields), self.url)
            raise aiohttp.ClientResponseError(asked, (), status=error.code, message=error.message) from error
        return PlainAnswer(message.code, message.headers, content)

    def _fields(self) -> CIMultiDict[str]:
        """The headers in aiohttp's order: the host, the session's or in their place the request's, the others."""
        fields = CIMultiDict({hdrs.HOST: self.url.host_port_subcomponent or ""})
        fields.update(self._session.headers)
        for name, value in self._headers.items():
            fields[name] = value
        fields.setdefault(hdrs.ACCEPT_ENCODING, _ENCODINGS)
        fields.setdefault(hdrs.CONNECTION, "close")
        return fields

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
