"""A papers folder for tests, in a thread: it has the files that it is told, and remembers who asked."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Answer = Callable[[str], tuple[int, dict[str, str]]]
"""Name in the folder to status and headers; an empty one is not sent."""


def missing(name: str) -> tuple[int, dict[str, str]]:
    """No file."""
    return 404, {"Content-Type": "text/html"}


def status(code: int, **headers: str) -> Answer:
    """The same for every name (`Retry_After="3"`)."""
    return lambda name: (code, {key.replace("_", "-"): value for key, value in headers.items()})


class Ranged:
    """GET is answered otherwise than HEAD."""

    def __init__(self, to_head: Answer, to_get: Answer) -> None:
        self.to_head = to_head
        self.to_get = to_get

    def __call__(self, name: str) -> tuple[int, dict[str, str]]:
        """To a server that ignores them."""
        return self.to_head(name)


def files(*names: str, **headers: str) -> Answer:
    """These files lie in the folder."""
    kept = {key.replace("_", "-"): value for key, value in headers.items()}

    def answer(name: str) -> tuple[int, dict[str, str]]:
        if name not in names:
            return missing(name)
        kind = "application/pdf" if name.endswith(".pdf") else "text/html"
        return 200, {"Content-Type": kind, "Content-Length": "1000", **kept}

    return answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        """robots.txt and the beginnings of files, which are not counted as asked for; and names, when HEAD is
        refused."""
        name = self.path.rpartition("/")[2]
        if self.headers.get("Range", "bytes=0-0") != "bytes=0-0":
            self._give_body(name)
            return
        if self.path != "/robots.txt":
            self.do_HEAD()
            return
        self.server.robots_times.append(time.time())
        code, text = self.server.robots
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_HEAD(self) -> None:
        name = self.path.rpartition("/")[2]
        headers = {key.lower(): value for key, value in self.headers.items()} | {":method": self.command}
        self.server.asked.append((time.time(), name, headers))
        self.server.clients.add(self.client_address)
        answer = self.server.answer
        if answer is drip:
            self._drip()
            return
        if isinstance(answer, Ranged):
            answer = answer.to_get if self.command == "GET" else answer.to_head
        code, headers = answer(name)
        self.send_response(code)
        for key, value in {"Content-Length": "0", **headers}.items():
            if value:
                self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"%" * int(headers.get("Content-Length", "0")))

    def _give_body(self, name: str) -> None:
        self.server.read.append(name)
        while (body := self.server.bodies.get(name, b"%" * 1000)) is None:
            if self.server.over.wait(0.02):
                return
        code, headers = self.server.instead.get(name, self.server.answer)(name)
        if self.server.heeds_ranges and code == 200:
            first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
            part = body[first : last + 1]
            code, headers = 206, {**headers, "Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(body)}"}
            body = part
        self.send_response(code)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A header that never ends, a byte at a time, until the client or the test leaves."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not self.server.over.wait(0.05):
                self.wfile.write(b"x")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""


def drip(name: str) -> tuple[int, dict[str, str]]:
    """Answer a byte at a time and never end."""
    raise AssertionError(f"the handler drips for {name} itself")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # beyond it the kernel lets a client wait a second before it tries again

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: Answer = missing
        self.robots = (404, "")
        self.robots_times: list[float] = []
        self.bodies: dict[str, bytes | None] = {}
        self.instead: dict[str, Answer] = {}
        self.heeds_ranges = False
        self.read: list[str] = []
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self.clients: set[object] = set()
        self.over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may leave when it likes."""


class PapersServer:
    """Answers each HEAD by `answers`. Enter it after the actor system exists, for that forks."""

    def __init__(self, answers: Answer = missing) -> None:
        self._server = _Server()
        self._server.answer = answers
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """The folder."""
        return f"http://127.0.0.1:{self._server.server_port}/files/papers/"

    @property
    def asked(self) -> list[str]:
        """The names asked for so far."""
        return [name for _, name, _ in self._server.asked]

    @property
    def read(self) -> list[str]:
        """The names of the files whose beginnings were fetched so far."""
        return self._server.read

    def now_holds(self, name: str, body: bytes | None) -> None:
        """What stands in a file from now on; None: its beginning does not come until
        it holds something else."""
        self._server.bodies[name] = body

    def now_serves(self, name: str, body: bytes, instead: Answer | None = None) -> None:
        """The body of a file from now on, with the status and headers of `instead`; None: with those of a HEAD."""
        self._server.bodies[name] = body
        if instead is not None:
            self._server.instead[name] = instead
        else:
            self._server.instead.pop(name, None)

    def now_heeds_ranges(self) -> None:
        """From the next request on only the part of a body is sent that was asked for."""
        self._server.heeds_ranges = True

    @property
    def times(self) -> list[float]:
        """When each was asked for, in seconds since the epoch."""
        return [at for at, _, _ in self._server.asked]

    def times_of(self, wanted: str) -> list[float]:
        """When this name was asked for."""
        return [at for at, name, _ in self._server.asked.copy() if name == wanted]

    @property
    def robots_times(self) -> list[float]:
        """When its host's robots.txt was asked for."""
        return self._server.robots_times

    @property
    def robots_asked(self) -> int:
        """How often its host's robots.txt was asked for."""
        return len(self._server.robots_times)

    def now_allows(self, code: int, text: str = "") -> None:
        """The status and text of robots.txt from now on."""
        self._server.robots = (code, text)

    @property
    def headers(self) -> list[dict[str, str]]:
        """The headers of the requests so far, names in lower case, the method as `:method`."""
        return [headers for _, _, headers in self._server.asked]

    @property
    def connections(self) -> int:
        """How many connections the requests came by."""
        return len(self._server.clients)

    def now_answers(self, answers: Answer) -> None:
        """From the next request on."""
        self._server.answer = answers

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
