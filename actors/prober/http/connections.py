"""Keeping connections open after a HEAD.

An answer to HEAD ends with its headers, and over HTTP/1.1 the connection persists unless either side says otherwise
(RFC 9112, 6.3 and 9.3). That is also true for answers without Content-Length and Transfer-Encoding, which nginx sends
for dynamic pages. aiohttp's parser assumes that such an answer ends with the connection, and closes it: each HEAD would
cost the host a connection, and with TLS a handshake.
"""

import ssl
from functools import partial
from typing import Any, cast

from aiohttp import TCPConnector, hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpVersion11, RawResponseMessage


class KeepingConnector(TCPConnector):
    """A TCPConnector for HEAD with at most `limit` connections."""

    def __init__(self, limit: int, verify: ssl.SSLContext) -> None:
        super().__init__(limit=limit, ssl=verify)
        self._factory = cast("partial[ResponseHandler]", partial(_KeptAfterHead, loop=self._loop))


class _KeptAfterHead(ResponseHandler):
    """The client side of a connection. aiohttp sets `_skip_payload` for a HEAD request, and `_should_close` to what its
    parser assumes."""

    def feed_data(self, data: tuple[RawResponseMessage, Any], size: int = 0) -> None:
        """The headers of an answer have arrived; for a HEAD they are all of it."""
        message = data[0]
        if getattr(self, "_skip_payload", False) and message.should_close and _persists(message):
            self._should_close = False
        super().feed_data(data, size)


def _persists(message: RawResponseMessage) -> bool:
    options = {
        option.strip().lower() for value in message.headers.getall(hdrs.CONNECTION, ()) for option in value.split(",")
    }
    return message.version >= HttpVersion11 and "close" not in options
