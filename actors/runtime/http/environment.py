"""Which proxy is used for a URL and which certificates are trusted, by the environment's variables. Pure.

The variables are those of curl and most other programs. A name in lower case wins over the same one in upper case.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

CERTIFICATE_FILE = "SSL_CERT_FILE"
CERTIFICATE_FOLDERS = "SSL_CERT_DIR"

DEFAULT_PORTS = MappingProxyType({"http": 80, "https": 443, "ws": 80, "wss": 443})

_VARIABLES = MappingProxyType(
    {
        "http": ("http_proxy", "all_proxy"),
        "https": ("https_proxy", "all_proxy"),
        "ws": ("http_proxy", "all_proxy"),
        "wss": ("https_proxy", "all_proxy"),
    }
)
_EXCEPTIONS = "no_proxy"

_EXPECTED = "expected http://HOST:PORT or https://HOST:PORT, maybe with USER:PASSWORD@ before HOST"


class UnusableProxy(ValueError):
    """A proxy that would have to be used cannot be. The text names the variable, never its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyServer:
    """A proxy: its address without credentials, the variable that names it, and what to log in with."""

    url: str
    variable: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class NetworkEnvironment:
    """The variables that count for every client. An empty one is as if it was not set."""

    variables: Mapping[str, str] = field(repr=False)

    def proxy_for(self, url: str) -> ProxyServer | None:
        """The proxy for requests to `url`; None: connect directly, as always to this machine. Raises UnusableProxy."""
        parts = urlsplit(url)
        host, port = _bare(parts.hostname or ""), parts.port or DEFAULT_PORTS[parts.scheme]
        variable, value = self._first(*_VARIABLES[parts.scheme])
        if not value or is_this_machine(host) or self._is_exception(host, port):
            return None
        return _proxy(variable, value)

    @property
    def names_a_proxy(self) -> bool:
        """Whether there is a proxy for any URL at all."""
        return any(self._first(*names)[1] for names in _VARIABLES.values())

    @property
    def certificate_file(self) -> str:
        """The file of the authorities to trust; empty: not given."""
        return self.variables.get(CERTIFICATE_FILE, "")

    @property
    def certificate_folders(self) -> str:
        """The folders of the authorities to trust, with colons between them; empty: not given."""
        return self.variables.get(CERTIFICATE_FOLDERS, "")

    @property
    def certificates(self) -> str:
        """Whose certificates are trusted, in words."""
        given = {CERTIFICATE_FILE: self.certificate_file, CERTIFICATE_FOLDERS: self.certificate_folders}
        named = [f"those of {path} ({variable})" for variable, path in given.items() if path]
        return " and ".join(named) or "those that this system trusts"

    def way_to(self, url: str) -> str:
        """How requests to `url` go, in words and without credentials."""
        if (proxy := self.proxy_for(url)) is not None:
            return f"through {proxy.url} ({proxy.variable})"
        parts = urlsplit(url)
        _, value = self._first(*_VARIABLES[parts.scheme])
        if value and not is_this_machine(_bare(parts.hostname or "")):
            return f"directly ({self._first(_EXCEPTIONS)[0]})"
        return "directly"

    def _first(self, *names: str) -> tuple[str, str]:
        """The first variable of these that is set, and its value."""
        for name in names:
            spelled = name if name in self.variables else name.upper()
            if value := self.variables.get(spelled, "").strip():
                return spelled, value
        return "", ""

    def _is_exception(self, host: str, port: int) -> bool:
        _, value = self._first(_EXCEPTIONS)
        return any(_covers(entry, host, port) for entry in re.split(r"[\s,]+", value.lower()) if entry)


def is_this_machine(host: str) -> bool:
    """Whether a host is loopback by its name. No proxy reaches our loopback, only its own."""
    address = address_in(host)
    mapped = getattr(address, "ipv4_mapped", None) or address
    return host == "localhost" or host.endswith(".localhost") or (mapped is not None and mapped.is_loopback)


def address_in(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, if it is one and no name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _covers(entry: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY is meant for a host: `*`, a name with all below it, an address, a network; each but
    the last maybe with a port."""
    if entry == "*":
        return True
    if (network := _network(entry)) is not None:
        address = address_in(host)
        return address is not None and address in network
    name, only_port = _split_port(entry)
    if only_port and only_port != str(port):
        return False
    if (network := _network(name)) is not None:
        return address_in(host) in network
    name = _bare(name.removeprefix("*").removeprefix("."))
    return bool(name) and (host == name or (host.endswith(f".{name}") and address_in(host) is None))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def _split_port(entry: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*):([0-9]+)", entry)
    return (match[1], match[2]) if match else (entry, "")


def _proxy(variable: str, value: str) -> ProxyServer:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        raise UnusableProxy(f"{variable}: {_EXPECTED}") from None
    if scheme.startswith("socks"):
        raise UnusableProxy(f"{variable}: SOCKS proxies are not supported; {_EXPECTED}")
    if scheme not in ("http", "https") or not host or port == 0 or re.search(r"[\s\x00-\x1f]", host):
        raise UnusableProxy(f"{variable}: {_EXPECTED}")
    shown = f"[{host}]" if ":" in host else host
    return ProxyServer(
        url=f"{scheme}://{shown}:{port or DEFAULT_PORTS[scheme]}", variable=variable, user=user, password=password
    )


def _bare(host: str) -> str:
    return host.lower().rstrip(".")
