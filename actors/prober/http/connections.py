"""Connections that are kept after a HEAD.

The end of an answer to HEAD is the end of its headers, and over HTTP/1.1 its connection persists unless either side
says otherwise (RFC 9112, 6.3 and 9.3), also when the answer has neither Content-Length nor Transfer-Encoding, as nginx
gives it for a page that a program makes. aiohttp's parser takes such an answer to end with the connection, and closes
it: each HEAD would cost the host a connection, with TLS a handshake.
"""

import ssl
from functools import partial
from typing import Any, cast

from aiohttp import TCPConnector, hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpVersion11, RawResponseMessage


class KeepingConnector(TCPConnector):
    """A TCPConnector for HEAD: at most `limit` connections."""

    def __init__(self, limit: int, verify: ssl.SSLContext) -> None:
        super().__init__(limit=limit, ssl=verify)
        self._factory = cast("partial[ResponseHandler]", partial(_KeptAfterHead, loop=self._loop))


class _KeptAfterHead(ResponseHandler):
    """The client's side of a connection. aiohttp says by `_skip_payload` that the request was a HEAD, and by
    `_should_close` what its parser thinks."""

    def feed_data(self, data: tuple[RawResponseMessage, Any], size: int = 0) -> None:
        """An answer's headers are here; a HEAD's are all of it."""
        message = data[0]
        if getattr(self, "_skip_payload", False) and message.should_close and _persists(message):
            self._should_close = False
        super().feed_data(data, size)


def _persists(message: RawResponseMessage) -> bool:
    options = {
        option.strip().lower() for value in message.headers.getall(hdrs.CONNECTION, ()) for option in value.split(",")
    }
    return message.version >= HttpVersion11 and "close" not in options
