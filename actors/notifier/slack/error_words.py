"""What went wrong with a call, in words for people: an exception's own text is often Python. Pure."""

import json
import ssl
from types import MappingProxyType

import aiohttp

LONGEST_CHARACTERS = 300

_SPOKEN: MappingProxyType[type[BaseException], str] = MappingProxyType(
    {
        aiohttp.ConnectionTimeoutError: "no connection in time",
        TimeoutError: "no answer in time",
        aiohttp.InvalidURL: "the address is not a URL",
        UnicodeError: "not UTF-8",
        json.JSONDecodeError: "not JSON",
        AttributeError: "not a JSON object",  # raised by slack-sdk
        RecursionError: "JSON that is nested too deeply",
        aiohttp.ServerDisconnectedError: "the connection was closed without an answer",
        ConnectionRefusedError: "the connection was refused",
        ConnectionResetError: "the connection was reset",
        BrokenPipeError: "the connection was closed",
    }
)
"""Each before the classes that it is derived from."""


def words_of_error(error: BaseException) -> str:
    """A sentence, or part of one, that names no class of Python."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {error.host} is not accepted{_reason(error.certificate_error)}"
        case aiohttp.ClientProxyConnectionError():
            return f"the proxy {error.host}:{error.port} cannot be reached{_reason(error.os_error)}"
        case aiohttp.ClientHttpProxyError():
            return f"the proxy answered with HTTP {error.status}"
        case aiohttp.ClientConnectorDNSError():
            return f"the name {error.host} cannot be resolved"
        case aiohttp.ClientConnectorError():
            return f"{error.host}:{error.port} cannot be reached{_reason(error.os_error)}"
        case aiohttp.ClientResponseError():
            return f"HTTP {error.status}"
        case aiohttp.ClientPayloadError(args=(str() as text,)) if text.endswith("which is not followed"):
            return text
        case aiohttp.ClientPayloadError():
            return "the answer broke off"
    for kind, spoken in _SPOKEN.items():
        if isinstance(error, kind):
            return spoken
    return _reason(error).removeprefix(": ") or "the connection failed"


def _reason(error: BaseException) -> str:
    """What the operating system or TLS says, after a colon; empty if they say nothing."""
    text = ""
    if isinstance(error, ssl.SSLCertVerificationError):
        text = getattr(error, "verify_message", "")  # OpenSSL sets it, Python does not
    elif isinstance(error, ssl.SSLError):
        text = (getattr(error, "reason", "") or "").replace("_", " ").lower()
    elif isinstance(error, OSError):
        text = error.strerror or ""
    if not text and len(error.args) == 1 and isinstance(error.args[0], str):
        text = error.args[0]
    return f": {text}" if text else ""
