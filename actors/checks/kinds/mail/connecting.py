"""A connection to a mail server: a socket, made without a thread, and the words for what goes wrong on it."""

import asyncio
import re
import socket
import ssl
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver

from actors.checks.kinds.findings import PhaseClock
from actors.checks.kinds.mail.writing import MailFailed
from actors.checks.kinds.names import family_of
from actors.checks.kinds.tls import tls_words

DEFAULT_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}.get


async def connected(resolver: AbstractResolver, url: str, clock: PhaseClock, ip_version: str = "") -> socket.socket:
    """A socket connected to the first address of a URL's host that accepts, of those of this version if one is given.
    Raises OSError."""
    parts = urlsplit(url)
    clock.begin("resolve")
    port = parts.port or DEFAULT_PORTS(parts.scheme.lower()) or 0
    addresses = await resolver.resolve(parts.hostname or "", port, family_of(ip_version))
    clock.begin("connect")
    failure: OSError | None = None
    for address in addresses:
        made = socket.socket(address["family"], socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            await asyncio.get_running_loop().sock_connect(made, (address["host"], address["port"]))
        except OSError as error:
            made.close()
            failure = failure or error
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise failure or OSError(0, "there is no address")


def host_of(url: str) -> str:
    """The name in a URL."""
    return urlsplit(url).hostname or ""


def is_implicit(url: str) -> bool:
    """Whether TLS begins with the connection."""
    return urlsplit(url).scheme.lower() in ("smtps", "imaps")


def own_name() -> str:
    """What we call ourselves in EHLO."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", name) else "localhost"


def failed(error: BaseException, whose: str) -> MailFailed:
    """In words, with whose server it was: `SMTP` or `IMAP`."""
    if isinstance(error, ssl.SSLError):
        return MailFailed(f"{whose}: {tls_words(error)}")
    if isinstance(error, ConnectionRefusedError):
        return MailFailed(f"{whose}: the connection was refused")
    if isinstance(error, OSError) and error.errno:
        return MailFailed(f"{whose}: cannot connect: {error.strerror}")
    return MailFailed(f"{whose}: {getattr(error, 'strerror', None) or str(error) or 'the connection broke'}")
