"""A server for tests that sends bytes as it is told, in a thread: HTTP or not."""

import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from typing import Any, Self

Script = Callable[[bytes], tuple[bytes, ...]]
"""The head of a request to the pieces that are sent; after an empty piece the connection is closed."""


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self.server.connections += 1
        self.request.setsockopt(6, 1, 1)  # TCP_NODELAY: a piece is a packet
        try:
            while (head := self._head()) and self._answer(self.server.script(head)):
                pass
        except OSError:
            pass

    def _head(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            lines.append(line)
        if lines:
            self.server.asked.append(b"".join(lines))
        return b"".join(lines)

    def _answer(self, pieces: tuple[bytes, ...]) -> bool:
        for piece in pieces:
            if not piece:
                return False
            self.wfile.write(piece)
            self.wfile.flush()
            self.server.over.wait(0.01)
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, host: str, tls: ssl.SSLContext | None) -> None:
        super().__init__((host, 0), _Handler)
        self.tls = tls
        self.script: Script = lambda head: (b"",)
        self.asked: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()

    def get_request(self) -> Any:
        connection, address = super().get_request()
        return (self.tls.wrap_socket(connection, server_side=True) if self.tls else connection), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may leave when it likes."""


class RawServer:
    """Enter it after the actor system exists, for that forks."""

    def __init__(self, script: Script, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self._server = _Server(host, tls)
        self._server.script = script
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.host = host

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its root."""
        return f"http{'s' if self._server.tls else ''}://{self.host}:{self.port}"

    @property
    def asked(self) -> list[bytes]:
        """The heads of the requests so far."""
        return self._server.asked

    @property
    def connections(self) -> int:
        """How many were made."""
        return self._server.connections

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class TunnelProxy:
    """A proxy that connects to one port of this machine, whatever host it is asked for; in a thread."""

    def __init__(self, port: int) -> None:
        self.asked: list[bytes] = []
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            rbufsize = 0

            def handle(self) -> None:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += self.request.recv(1)
                proxy.asked.append(head)
                with socket.create_connection(("127.0.0.1", port)) as there:
                    self.request.sendall(b"HTTP/1.0 200 Connection established\r\n\r\n")
                    ways = {self.request: there, there: self.request}
                    while ways:
                        for readable in select.select(list(ways), [], [])[0]:
                            if not (data := readable.recv(65536)):
                                return
                            ways[readable].sendall(data)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def always(*pieces: bytes) -> Script:
    """The same to every request."""
    return lambda head: pieces
