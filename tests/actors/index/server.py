"""An index server for tests that does what it is told, in a thread."""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Answer = Callable[[BaseHTTPRequestHandler], None]


def index(body: bytes, etag: str | None = None, last_modified: str | None = None, packed: bool = False) -> Answer:
    """200 with this body, or 304 if the client has it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        if etag is not None and request.headers.get("If-None-Match") == etag:
            status(304)(request)
            return
        sent = gzip.compress(body) if packed else body
        headers = {"Content-Length": str(len(sent)), "ETag": etag, "Last-Modified": last_modified}
        _head(request, 200, headers | ({"Content-Encoding": "gzip"} if packed else {}))
        request.wfile.write(sent)

    return answer


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """A status with these headers (`Retry_After="3"`)."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        _head(request, code, ({} if code == 304 else {"Content-Length": str(len(body))}) | named)
        request.wfile.write(body)

    return answer


def stream(parts: Callable[[], Iterator[bytes]], **headers: str) -> Answer:
    """200 with a body of no announced length, part by part until the client leaves."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _head(request, 200, {name.replace("_", "-"): value for name, value in headers.items()})
        for part in parts():
            request.wfile.write(part)
            request.wfile.flush()

    return answer


def cut_short(body: bytes) -> Answer:
    """Promises a byte more than it sends."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _head(request, 200, {"Content-Length": str(len(body) + 1)})
        request.wfile.write(body)

    return answer


def nothing(request: BaseHTTPRequestHandler) -> None:
    """Close the connection without a word."""


def _head(request: BaseHTTPRequestHandler, code: int, headers: Mapping[str, str | None]) -> None:
    request.send_response(code)
    for name, value in headers.items():
        if value is not None:
            request.send_header(name, value)
    request.end_headers()


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        script = self.server.script
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        answer = script.pop(0) if len(script) > 1 else script[0]
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # beyond it the kernel lets a client wait a second before it tries again

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Answer] = []
        self.asked: list[dict[str, str]] = []
        self.left = threading.Event()


class IndexServer:
    """Answers each request by the next of `script`; the last one stays. Enter it after the actor system exists: that
    forks, and a fork wants no threads."""

    def __init__(self, *script: Answer) -> None:
        self._server = _Server()
        self._server.script = list(script)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """Where the index is."""
        return f"http://127.0.0.1:{self._server.server_port}/index.json"

    @property
    def asked(self) -> list[dict[str, str]]:
        """The headers of the requests so far, names in lower case."""
        return self._server.asked

    def now_answers(self, *script: Answer) -> None:
        """From the next request on."""
        self._server.script = list(script)

    def client_left(self, limit: float) -> bool:
        """Whether a client closes its connection amid an answer, within `limit` seconds."""
        return self._server.left.wait(limit)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
