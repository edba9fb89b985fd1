"""No word of a library's insides is in what is said of a failed exchange."""

import errno
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from actors.runtime.http.session import words_of

KEY = ConnectionKey(
    host="papers.example",
    port=443,
    is_ssl=True,
    ssl=ssl.create_default_context(),
    proxy=None,
    proxy_auth=None,
    proxy_headers_hash=None,
)
PLAIN = ConnectionKey(
    host="papers.example", port=80, is_ssl=False, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
)
REQUEST = aiohttp.RequestInfo(URL("https://papers.example/x"), "GET", CIMultiDictProxy(CIMultiDict()))


def certificate_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate (_ssl.c:1006)")
    error.verify_message = "self-signed certificate"
    return error


def tls_error() -> ssl.SSLError:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
    error.reason = "WRONG_VERSION_NUMBER"
    return error


REFUSED = OSError(errno.ECONNREFUSED, "Connect call failed ('192.0.2.1', 443)")
PICTURE = "Bad status line:\n\n  b'SSH-2.0'\n    ^"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (aiohttp.ClientConnectorError(KEY, REFUSED), "cannot connect: Connection refused"),
        (aiohttp.ClientConnectorError(PLAIN, REFUSED), "cannot connect: Connection refused"),
        (
            aiohttp.ClientConnectorCertificateError(KEY, certificate_error()),
            "its certificate is not accepted: self-signed certificate",
        ),
        (aiohttp.ClientConnectorSSLError(KEY, tls_error()), "TLS failed: wrong version number"),
        (tls_error(), "TLS failed: wrong version number"),
        (ssl.SSLError("handshake"), "TLS failed"),
        (aiohttp.ClientPayloadError("Response payload is not completed: <TransferEncodingError>"), "broke off"),
        (aiohttp.ClientResponseError(REQUEST, (), status=400, message=PICTURE), "Bad status line"),
        (aiohttp.ClientPayloadError("400, message:\n  a line of more than 16 KiB"), "a line of more than 16 KiB"),
        (aiohttp.ServerDisconnectedError(), "Server disconnected"),
        (aiohttp.ConnectionTimeoutError("Connection timeout to host https://papers.example/x"), "no connection in"),
        (aiohttp.SocketTimeoutError("Timeout on reading data from socket"), "no answer in time"),
        (TimeoutError(), "no answer in time"),
        (aiohttp.ClientOSError(errno.ECONNRESET, "Connection reset by peer"), "Connection reset by peer"),
        (aiohttp.ClientConnectionResetError("Cannot write to closing transport"), "the connection was closed"),
        (OSError(errno.ENETUNREACH, "Connect call failed ('192.0.2.1', 443)"), "Network is unreachable"),
        (aiohttp.ClientError(), "the connection failed"),
        (aiohttp.ClientError("HTTP 302: a redirect, which is not followed"), "HTTP 302: a redirect"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_it_is_said_in_words(error: BaseException, words: str) -> None:
    said = words_of(error)
    assert words in said
    for leak in ("400", "message:", "ssl:", "<ssl.", "0x", "_ssl.c", "[Errno", "Error", "('", "b'", "https://", "\n"):
        assert leak not in said, said
