"""Connections of aiohttp's that bear what browsers bear: the head of each answer goes through `heads`, a body in chunks
through `chunks`, and what comes after an answer is dropped with the connection.

An answer to HEAD ends with its headers, and over HTTP/1.1 the connection persists unless either side says otherwise
(RFC 9112, 6.3 and 9.3). That is also true for answers without Content-Length and Transfer-Encoding, which nginx sends
for dynamic pages. aiohttp's parser assumes that such an answer ends with the connection, and closes it: each HEAD would
cost the host a connection, and with TLS a handshake.
"""

import asyncio
from functools import partial
from typing import Any, cast

from aiohttp import ClientPayloadError, ServerDisconnectedError, TCPConnector, hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError, HttpVersion11, RawResponseMessage

from actors.runtime.http.chunks import BadChunks, ChunkReader
from actors.runtime.http.heads import AnswerHead, BadHead, HeadReader

_WITHOUT_BODY = frozenset({204, 304})


class LiberalConnector(TCPConnector):
    """A TCPConnector with such connections."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = cast("partial[ResponseHandler]", partial(_LiberalHandler, loop=self._loop))


class _LiberalHandler(ResponseHandler):
    """The client side of a connection. aiohttp sets `_skip_payload` for a HEAD request, and `_should_close` to what its
    parser assumes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._reader: HeadReader | None = None
        self._chunks: ChunkReader | None = None
        self._answers = 0
        self._ends = False

    def set_response_params(self, **params: Any) -> None:
        """A request is sent; the next bytes are the head of its answer."""
        self._reader = HeadReader()
        self._chunks = None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Bytes have arrived."""
        if self._ends:
            return
        if self._reader is None:
            self._take_body(data)
            return
        try:
            head = self._reader.feed(data)
        except BadHead as error:
            self._refuse_head(error)
            return
        if head is not None:
            self._reader = None
            self._answers += 1
            super().data_received(head.plain)
            self._go_on(head)

    def feed_data(self, data: tuple[RawResponseMessage, Any], size: int = 0) -> None:
        """The headers of an answer have arrived; for a HEAD they are all of it."""
        message = data[0]
        if self._skip_payload and message.should_close and _persists(message):
            self._should_close = False
        super().feed_data(data, size)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """The exchange has failed, also for the reader of its body: aiohttp would let it wait for the time limit."""
        super().set_exception(exc, exc_cause or exc)
        if self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(ClientPayloadError(f"the body broke off: {getattr(exc, 'message', exc)}"))

    def _go_on(self, head: AnswerHead) -> None:
        if not self._skip_payload and head.status not in _WITHOUT_BODY:
            self._chunks = ChunkReader() if head.chunked else None
            if head.rest:
                self._take_body(head.rest)
        elif head.rest:
            self._ends = self._should_close = True

    def _take_body(self, data: bytes) -> None:
        """Bytes of a body; none when aiohttp only wants its parser to go on."""
        if self._chunks is None or not data:
            super().data_received(data)
            return
        try:
            plain = self._chunks.feed(data)
        except BadChunks as error:
            self._refuse(HttpProcessingError(code=400, message=str(error)), error)
            return
        if self._chunks.ended:
            if not self._chunks.complete:
                self._ends = self._should_close = True
            self._chunks = None
        super().data_received(plain)

    def _refuse_head(self, error: BadHead) -> None:
        self._reader = None
        if self._answers and str(error).startswith("no HTTP"):
            self._refuse(ServerDisconnectedError(f"the last answer went on: {error}"), error)  # is asked again
        else:
            self._refuse(HttpProcessingError(code=400, message=str(error)), error)

    def _refuse(self, failure: Exception, cause: Exception) -> None:
        self._ends = True
        if self.transport is not None:
            self.transport.close()
        self.set_exception(failure, cause)


def _persists(message: RawResponseMessage) -> bool:
    options = {
        option.strip().lower() for value in message.headers.getall(hdrs.CONNECTION, ()) for option in value.split(",")
    }
    return message.version >= HttpVersion11 and "close" not in options
