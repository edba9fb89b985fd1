"""Whether a host accepts connections, by the same way that requests to it go."""

import asyncio
import ssl
from urllib.parse import urlsplit

from actors.runtime.http.certificates import tls_context
from actors.runtime.http.environment import DEFAULT_PORTS, NetworkEnvironment, ProxyServer
from actors.runtime.http.session import login_of

_REFUSES_US = 407


async def accepts_connections(origin: str, network: NetworkEnvironment, seconds: float) -> bool:
    """Whether the host of `origin` (`https://example.org`) accepts or refuses a connection within this time, which
    proves that the network is there. Nothing is sent to it. A proxy is asked to connect to it."""
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    try:
        async with asyncio.timeout(seconds):
            if (proxy := network.proxy_for(origin)) is not None:
                return await _connects(proxy, network, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
            _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return network.proxy_for(origin) is None
    except (OSError, TimeoutError, ssl.SSLError, asyncio.LimitOverrunError, ValueError):
        return False
    writer.close()
    return True


async def _connects(proxy: ProxyServer, network: NetworkEnvironment, where: str) -> bool:
    """Whether a proxy can be reached and does not fail to connect. One that forbids this host is there all the same."""
    parts = urlsplit(proxy.url)
    tls = tls_context(network) if parts.scheme == "https" else None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=tls)
    try:
        login = "".join(f"{name}: {value}\r\n" for name, value in login_of(proxy).items())
        writer.write(f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n{login}\r\n".encode())
        words = (await reader.readline()).split(maxsplit=2)
        status = int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/") else 599
        return status < 500 and status != _REFUSES_US
    finally:
        writer.close()
