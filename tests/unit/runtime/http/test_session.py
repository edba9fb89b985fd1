"""What is said of an exchange that failed."""

import errno

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from actors.runtime.http.session import words_of

KEY = ConnectionKey(
    host="papers.example", port=443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            aiohttp.ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, "Connect call failed ('192.0.2.1', 443)")),
            "cannot connect: Connection refused",
        ),
        (
            aiohttp.ClientConnectorError(KEY, OSError("Multiple exceptions: [Errno 111] …")),
            "cannot connect: Multiple exceptions: [Errno 111] …",
        ),
        (
            aiohttp.ClientConnectorDNSError(KEY, OSError(-3, "Temporary failure in name resolution")),
            "its name cannot be resolved",
        ),
    ],
)
def test_a_connection_that_failed_is_said_in_words_of_ours(error: Exception, words: str) -> None:
    assert words_of(error) == words
