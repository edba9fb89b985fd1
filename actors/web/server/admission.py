"""Who may ask: known hosts, the same origin, the access token, and not too often. Pure."""

import base64
import hmac
import ipaddress
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_CLIENTS_COUNTED = 10_000
"""Clients whose requests are counted; the one that asked longest ago is forgotten."""

BROWSERS_SEND = ("Accept-Language", "Origin", "Referer")
"""Headers by which a browser is known, beside Sec-Fetch-…: over plain HTTP a browser sends those to addresses and
localhost only, so not to a name that was led here. No script can leave Accept-Language out, and monitors do not send
it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionRefusal:
    """An HTTP status, why, and headers that go with it."""

    status: int
    detail: str
    headers: tuple[tuple[str, str], ...] = ()


def host_of(value: str) -> str:
    """The name of a Host header, without its port, in small letters; empty if it is none."""
    try:
        parts = urlsplit(f"//{value}")
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".") if parts.path == "" and "@" not in value else ""


def known_hosts(configured: Iterable[str]) -> frozenset[str]:
    """What `host_of` says of the configured names, which may have a port or a dot at the end."""
    return frozenset(filter(None, map(host_of, configured)))


def refused_host(value: str, known: frozenset[str]) -> AdmissionRefusal | None:
    """A page of another site can make its own name lead here (DNS rebinding), but it cannot make a browser send another
    Host than that name: addresses, localhost and the configured names are let in."""
    host = host_of(value)
    if host == "localhost" or host in known or _is_address(host):
        return None
    return AdmissionRefusal(status=403, detail=f"the host {host or value!r} is not one of this service: see web.hosts")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def refused_origin(headers: Mapping[str, str], host: str) -> AdmissionRefusal | None:
    """Scripts of other sites may not read what is here; a link that somebody follows may lead here."""
    origin = headers.get("Origin")
    is_other = origin is not None and (origin == "null" or _netloc(origin) != host.lower())
    is_cross = headers.get("Sec-Fetch-Site") == "cross-site" and headers.get("Sec-Fetch-Mode") != "navigate"
    if is_other or is_cross:
        return AdmissionRefusal(status=403, detail="requests of other sites are not answered")
    return None


def _netloc(origin: str) -> str | None:
    """None if it is no address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def refused_browser(headers: Mapping[str, str], known: frozenset[str]) -> AdmissionRefusal | None:
    """What monitors read they may read under any name, for theirs need not be configured; a browser may not, because a
    page whose name was led here could read along."""
    if not any(name in headers for name in BROWSERS_SEND) and not any(
        name.lower().startswith("sec-fetch-") for name in headers
    ):
        return None
    host = headers.get("Host", "")
    return refused_host(host, known) or refused_origin(headers, host)


def refused_token(headers: Mapping[str, str], token: str) -> AdmissionRefusal | None:
    """The token comes as `Authorization: Bearer`, or as the password of Basic, which browsers ask people for."""
    if not token:
        return None
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    given = value.strip()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except ValueError:
            given = ""
    elif scheme.lower() != "bearer":
        given = ""
    if hmac.compare_digest(_bytes(given), _bytes(token)):
        return None
    challenge = 'Bearer realm="Callboard", Basic realm="Callboard"'
    return AdmissionRefusal(
        status=401,
        detail="an access token is needed: send it as Authorization: Bearer, or as the password",
        headers=(("WWW-Authenticate", challenge),),
    )


def _bytes(text: str) -> bytes:
    """Also of what was no UTF-8 when it came, of which Python makes surrogates."""
    return text.encode("utf-8", "surrogatepass")


class RequestLimiter:
    """So many requests a minute for each client, all of them at once if need be."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def refused(self, client: str, now: float) -> AdmissionRefusal | None:
        """Count a request at `now`, in seconds that never go back."""
        left, at = self._left.pop(client, (float(self._per_minute), now))
        left = min(left + (now - at) * self._per_minute / 60, float(self._per_minute))
        self._left[client] = (max(left - 1, 0.0), now)
        if len(self._left) > MOST_CLIENTS_COUNTED:
            self._left.popitem(last=False)
        if left >= 1:
            return None
        seconds = max(1, round(60 / self._per_minute))
        return AdmissionRefusal(
            status=429,
            detail=f"more than {self._per_minute} requests in a minute: try again in {seconds} s",
            headers=(("Retry-After", str(seconds)),),
        )
