"""Where a redirect may lead: to the same site, or to a host that the configuration names. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from actors.runtime.http.environment import DEFAULT_PORTS

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*)")
"""What every parser of URLs takes for the same host, and no longer than a name may be."""

_LONGEST_URL_CHARACTERS = 8192

_LEGAL = "/?:@!$&'()*+,;=-._~%[]"
"""What stays as it is in a path and its query, besides letters and digits."""


class RedirectRefused(Exception):
    """A redirect is not followed. The text goes on after `HOST redirects`, and holds no credentials and no query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A host and how it is asked."""

    scheme: str
    host: str
    port: int


class RedirectRule:
    """For what is asked for at `url`. `hosts` are those that the configuration names, each maybe with a port: without
    one, the scheme's own port is meant."""

    def __init__(self, url: str, hosts: Iterable[str] = ()) -> None:
        self._origin = _place(url)
        self._login = urlsplit(url).netloc.rpartition("@")[0]
        self._hosts = frozenset(hosts)

    def target(self, current: str, location: str) -> str:
        """The URL that an answer of `current` leads to. Raises RedirectRefused."""
        if len(location) > _LONGEST_URL_CHARACTERS:
            raise RedirectRefused(f"to a URL of {len(location)} characters")
        try:
            parts = urlsplit(urljoin(current, location.strip()))
            place = _place(parts.geturl())
        except ValueError:
            raise RedirectRefused("to something that is no URL") from None
        if parts.scheme not in ("http", "https"):
            raise RedirectRefused("to an address that is neither http nor https")
        if "@" in parts.netloc and "@" in urlsplit(location.strip()).netloc:
            raise RedirectRefused("to a URL with credentials in it")
        if _HOST.fullmatch(place.host) is None:
            raise RedirectRefused("to something that is no URL")
        where = _authority(place)
        if place.scheme == "http" and urlsplit(current).scheme == "https":
            raise RedirectRefused(f"from https to http, at {where}")
        if not self._is_same_site(place) and not self._is_named(place):
            raise RedirectRefused(f"to {where}, which is another site and is not in network.redirect_hosts")
        login = f"{self._login}@" if self._login and place.host == self._origin.host else ""
        path = quote(parts._replace(scheme="", netloc="", fragment="").geturl(), safe=_LEGAL)
        return f"{place.scheme}://{login}{where}{path if path.startswith('/') else f'/{path}'}"

    def _is_same_site(self, place: _Place) -> bool:
        origin = self._origin
        if place.host.removeprefix("www.") != origin.host.removeprefix("www."):
            return False
        is_upgrade = (origin.scheme, origin.port, place.scheme, place.port) == ("http", 80, "https", 443)
        return is_upgrade or (origin.scheme, origin.port) == (place.scheme, place.port)

    def _is_named(self, place: _Place) -> bool:
        shown = f"[{place.host}]" if ":" in place.host else place.host
        is_usual = place.port == DEFAULT_PORTS[place.scheme]
        return f"{shown}:{place.port}" in self._hosts or (is_usual and shown in self._hosts)


def _place(url: str) -> _Place:
    """Raises ValueError."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    port = parts.port if parts.port is not None else DEFAULT_PORTS.get(parts.scheme, 0)
    return _Place(scheme=parts.scheme, host=host, port=port)


def _authority(place: _Place) -> str:
    """Host and port as they stand in a URL; the port only if it is not the usual one."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    return host if place.port == DEFAULT_PORTS[place.scheme] else f"{host}:{place.port}"
