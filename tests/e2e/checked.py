"""A page that is checked, and what people are told about it."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from actors.stage.server.client import StageClient
from actors.stage.web.wire import Received

OPERATORS = "C0OPS"


class Page:
    """A page on this machine that is well until it is told otherwise."""

    def __init__(self) -> None:
        broken = self._broken = Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(503 if broken.is_set() else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def breaks(self) -> None:
        """From now on it answers 503."""
        self._broken.set()

    def is_mended(self) -> None:
        """From now on it is well."""
        self._broken.clear()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def told(stage: StageClient, recipient: str) -> list[Received]:
    """What was said there about checks, oldest first."""
    return [each for each in stage.messages() if each.recipient == recipient and " is " in each.text]
