"""Cheap and malformed requests in bulk, from a process of their own: `python -m tests.e2e.flood RATE SECONDS PORT…`.

It has to cost less than what it asks, which shares the machine with it: plain sockets, one epoll, connections that the
server keeps open are used again. Prints how many were answered, by status, and the CPU seconds that it took itself.
"""

import select
import socket
import struct
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from itertools import cycle, product

REQUESTS = (
    b"GET /livez HTTP/1.1\r\n\r\n",
    b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Encoding: gzip\r\n\r\nx",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slack-Signature: v0=1\r\nX-Slack-Request-Timestamp: "
    + b"9" * 400
    + b"\r\nContent-Length: 2\r\n\r\n{}",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 9000 + b"\r\n\r\n",
)
AT_A_TIME = 64
"""Requests that wait for an answer."""

ANSWER_LIMIT = 10.0
MOST_BYTES = 65536
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: a connection that is closed leaves nothing behind, or a minute of this would use up all port numbers."""


class Flood:
    """One epoll over all connections."""

    def __init__(self, ports: list[int]) -> None:
        self.seen: Counter[str] = Counter()
        self.sent = 0
        self._next: Iterator[tuple[bytes, int]] = cycle(product(REQUESTS, ports))
        self._poller = select.epoll()
        self._waiting: dict[int, tuple[socket.socket, int, bytes, bool]] = {}
        self._open: dict[int, socket.socket] = {}
        self._idle: dict[int, deque[socket.socket]] = {port: deque() for port in ports}

    def run(self, rate: float, seconds: float) -> None:
        """Send `rate` requests a second, or as many as are answered."""
        began = time.monotonic()
        while (now := time.monotonic() - began) < seconds:
            due = int(now * rate) - self.sent
            for _ in range(min(due, AT_A_TIME - len(self._waiting))):
                self._send()
            self.sent = max(self.sent, int((now - 1.0) * rate))  # what was missed for a second is not made up for
            self._take(0.002)
        while self._waiting and time.monotonic() - began < seconds + ANSWER_LIMIT:
            self._take(0.1)
        self.seen["no answer"] += len(self._waiting)

    def _send(self) -> None:
        request, port = next(self._next)
        self.sent += 1
        self._ask_somehow(port, request)

    def _ask_somehow(self, port: int, request: bytes) -> None:
        while self._idle[port]:
            if self._ask(self._idle[port].pop(), port, request, again=True):
                return
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        try:
            made.connect(("127.0.0.1", port))
        except OSError as error:
            self.seen[type(error).__name__] += 1
            made.close()
            return
        self._poller.register(made, select.EPOLLIN)
        self._open[made.fileno()] = made
        if not self._ask(made, port, request, again=False):
            self.seen["closed"] += 1

    def _ask(self, through: socket.socket, port: int, request: bytes, *, again: bool) -> bool:
        try:
            through.sendall(request)
        except OSError:
            self._close(through)
            return False
        self._waiting[through.fileno()] = (through, port, request, again)
        return True

    def _close(self, through: socket.socket) -> None:
        self._open.pop(through.fileno(), None)
        through.close()

    def _take(self, seconds: float) -> None:
        for descriptor, _ in self._poller.poll(seconds):
            if (waited := self._waiting.pop(descriptor, None)) is None:
                self._close(self._open[descriptor])  # an idle one that the server has closed
                continue
            through, port, request, again = waited
            answer = self._answer(through)
            if again and not answer:  # the server had closed it in the meantime
                self._close(through)
                self._ask_somehow(port, request)
                continue
            self.seen[answer[9:12].decode("latin-1") or "closed"] += 1
            if stays(answer):
                self._idle[port].append(through)
            else:
                self._close(through)

    def _answer(self, through: socket.socket) -> bytes:
        try:
            return through.recv(MOST_BYTES)
        except OSError:
            return b""


def stays(answer: bytes) -> bool:
    """Whether the answer is whole and another one may follow."""
    head, end, body = answer.lower().partition(b"\r\n\r\n")
    _, _, length = head.partition(b"content-length: ")
    return bool(end) and b"connection: close" not in head and length.split(b"\r\n")[0] == b"%d" % len(body)


if __name__ == "__main__":
    rate, seconds, *ports = map(float, sys.argv[1:])
    flood = Flood([int(port) for port in ports])
    flood.run(rate, seconds)
    print((dict(+flood.seen), time.process_time()))
