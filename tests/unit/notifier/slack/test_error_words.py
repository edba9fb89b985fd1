"""What people read when a call of Slack fails."""

import json
import re
import socket
import ssl
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from actors.notifier.model.outcomes import ApiError, Limited, NotReached, words_of_failure
from actors.notifier.outbound.retries import MAX_PAUSE_SECONDS
from actors.notifier.slack.error_words import words_of_error
from actors.notifier.slack.pauses import CallPauses

KEY = ConnectionKey("slack.com", 443, True, True, None, None, None)
REQUEST = aiohttp.RequestInfo(URL("https://slack.com/api/?token=x"), "POST", CIMultiDictProxy(CIMultiDict()))
REFUSED = ConnectionRefusedError(111, "Connection refused")


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "no answer in time"),
        (aiohttp.SocketTimeoutError("Timeout on reading data"), "no answer in time"),
        (aiohttp.ConnectionTimeoutError("Connection timeout to host x"), "no connection in time"),
        (aiohttp.ServerDisconnectedError(), "the connection was closed without an answer"),
        (aiohttp.ClientConnectorError(KEY, REFUSED), "slack.com:443 cannot be reached: Connection refused"),
        (
            aiohttp.ClientProxyConnectionError(KEY, REFUSED),
            "the proxy slack.com:443 cannot be reached: Connection refused",
        ),
        (
            aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "Name or service not known")),
            "the name slack.com cannot be resolved",
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, untrusted()),
            "the certificate of slack.com is not accepted: self-signed certificate",
        ),
        (aiohttp.WSServerHandshakeError(REQUEST, (), status=403, message="Invalid response status"), "HTTP 403"),
        (aiohttp.ClientHttpProxyError(REQUEST, (), status=407, message="no"), "the proxy answered with HTTP 407"),
        (aiohttp.ClientPayloadError("Response payload is not completed"), "the answer broke off"),
        (aiohttp.InvalidURL("nonsense"), "the address is not a URL"),
        (aiohttp.ClientOSError(104, "Connection reset by peer"), "Connection reset by peer"),
        (OSError(), "the connection failed"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "not UTF-8"),
        (json.JSONDecodeError("Expecting value", "", 0), "not JSON"),
        (AttributeError("'list' object has no attribute 'get'"), "not a JSON object"),
        (RecursionError("maximum recursion depth exceeded"), "JSON that is nested too deeply"),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("another host")),
            "the certificate of slack.com is not accepted: another host",
        ),
        (KeyError("channel"), "channel"),
        (ValueError({"ok": False}), "the connection failed"),
    ],
)
def test_an_error_is_said_in_words(error: BaseException, words: str) -> None:
    assert words_of_error(error) == words


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Limited(retry_after=60.0), "Slack asked for a pause of 60 s"),
        (Limited(retry_after=None), "Slack asked for a pause"),
        (ApiError(error="invalid_auth"), "invalid_auth"),
        (NotReached(why="HTTP 403"), "HTTP 403"),
    ],
)
def test_a_failure_is_said_in_words(failure: Any, words: str) -> None:
    assert words_of_failure(failure) == words
    assert not re.search(r"[A-Z]\w+\(", words)


def test_a_pause_is_of_its_method_and_conversation_and_ends() -> None:
    pauses = CallPauses()
    pauses.begin("chat.postMessage", "U1", 60.0, 100.0)
    pauses.begin("auth.test", "", 30.0, 110.0)
    assert pauses.left("chat.postMessage", "U1", 130.0) == 30.0
    assert pauses.left("chat.postMessage", "U2", 130.0) == 0.0
    assert pauses.left("auth.test", "", 139.0) == 1.0
    assert pauses.left("auth.test", "", 140.0) == 0.0
    pauses.begin("auth.test", "", 5.0, 200.0)
    assert pauses.left("chat.postMessage", "U1", 120.0) == 0.0


@pytest.mark.parametrize("asked", [86_400.0, 604_800.0])
def test_a_pause_of_days_is_kept_for_the_longest_time_that_is_obeyed(asked: float) -> None:
    pauses = CallPauses()
    pauses.begin("apps.connections.open", "", asked, 0.0)
    assert pauses.left("apps.connections.open", "", 0.0) == MAX_PAUSE_SECONDS
