"""wg21.link and open-std.org for tests, on one server, by path."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from zlib import crc32

LONGEST_PAUSE = 60.0
"""Seconds that an answer may be kept waiting."""


class _PathHandler(BaseHTTPRequestHandler):
    server: "_PathServer"

    def do_GET(self) -> None:
        body = self.server.pages.get(self.path)
        self.server.asked.append((self.path, self.headers.get("If-None-Match", "")))
        if self.path == self.server.slow_path:
            self.server.may_answer.wait(LONGEST_PAUSE)
        if status := self.server.failing.get(self.path):
            self._answer(status, b"")
            return
        if body is None:
            self._answer(404, b"")
            return
        etag = f'"{crc32(body):x}"'
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, b"", etag)
        else:
            self._answer(200, body, etag)

    def _answer(self, status: int, body: bytes, etag: str = "") -> None:
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""


class _PathServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _PathHandler)
        self.pages: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.failing: dict[str, int] = {}
        self.slow_path = ""
        self.may_answer = threading.Event()


class SourcesServer:
    """Serves what it is given, conditionally. Enter it after the actor system exists, which forks."""

    def __init__(self) -> None:
        self._server = _PathServer()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def now_has(self, pages: Mapping[str, bytes]) -> None:
        """From the next request on, these pages besides those that it has."""
        self._server.pages = {**self._server.pages, **pages}

    def now_fails(self, failing: Mapping[str, int]) -> None:
        """From the next request on, these paths have these statuses, and no others fail."""
        self._server.failing = dict(failing)

    def keep_waiting(self, path: str) -> None:
        """Who asks for this path gets what it has now when `answer` is called."""
        self._server.may_answer.clear()
        self._server.slow_path = path

    def answer(self) -> None:
        """Answer those who wait."""
        self._server.slow_path = ""
        self._server.may_answer.set()

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The paths of the requests so far, each with If-None-Match."""
        return self._server.asked

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answer()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
