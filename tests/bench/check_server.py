"""A server that costs little, in a process of its own: `python -m tests.bench.check_server [CERTIFICATE KEY]` prints
its port, and answers each request on a connection with a short JSON object, by TLS 1.3 if there is a certificate."""

import asyncio
import ssl
import sys

BODY = b'{"status": "UP", "items": [{"id": 7}]}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)


class Answering(asyncio.Protocol):
    """One connection: one answer."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """By a client."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """The end of the head is the end of the request."""
        self._head += data
        if b"\r\n\r\n" in self._head and self._transport is not None:
            self._head = b""
            self._transport.write(ANSWER)
            self._transport.close()


async def _serve(certificate: str = "", key: str = "") -> None:
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(certificate, key)
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, ssl=context, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
