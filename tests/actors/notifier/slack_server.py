"""A Slack for tests that does what it is told, in a thread."""

import json
import socket
import struct
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

TOKEN = "xoxb-test-secret"

HELD_SECONDS = 200.0
"""How long an answer is held back that nobody releases."""

Answer = Callable[["Call"], None]


class Call:
    """One call of the Web API: its method, its arguments, and ways to answer it."""

    def __init__(self, slack: "SlackServer", request: BaseHTTPRequestHandler, arguments: dict[str, Any]) -> None:
        self.slack, self.request, self.arguments = slack, request, arguments

    def say(self, body: dict[str, Any], status: int = 200, **headers: str) -> None:
        """Answer with JSON."""
        self.send(json.dumps(body).encode(), status, "application/json; charset=utf-8", **headers)

    def send(self, body: bytes, status: int, content_type: str, **headers: str) -> None:
        """Answer."""
        self.request.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in ({"Content-Type": content_type, "Content-Length": str(len(body))} | named).items():
            self.request.send_header(name, value)
        self.request.end_headers()
        self.request.wfile.write(body)

    def take(self) -> dict[str, Any]:
        """Record the message; what Slack answers to that."""
        return self.slack.take(self.arguments)


def post(call: Call) -> None:
    """Take the message."""
    call.say(call.take())


def refuse(error: str) -> Answer:
    """An error of the API."""
    return lambda call: call.say({"ok": False, "error": error})


def limit(seconds: int) -> Answer:
    """429."""
    return lambda call: call.say({"ok": False, "error": "ratelimited"}, 429, Retry_After=str(seconds))


def status(code: int) -> Answer:
    """A page instead of an answer."""
    return lambda call: call.send(b"<html>oops</html>", code, "text/html")


def take_and_hang(call: Call) -> None:
    """Take the message, and never say so."""
    call.take()
    call.slack.released.wait(HELD_SECONDS)


def hang(call: Call) -> None:
    """Neither take the message nor say anything."""
    call.slack.released.wait(HELD_SECONDS)


def take_and_reset(call: Call) -> None:
    """Take the message, and cut the connection."""
    call.take()
    reset(call)


def reset(call: Call) -> None:
    """Cut the connection."""
    call.request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    call.request.connection.close()
    call.request.close_connection = True


def until_released(method: str, answer: Answer, then: Answer) -> Answer:
    """`answer` for this call of `method` and all later ones, until `released` is set; `then` from then on."""

    def answered(call: Call) -> None:
        if call.slack.released.is_set():
            then(call)
        else:
            call.slack.script(method, answered)
            answer(call)

    return answered


def refuse_posts(error: str) -> Answer:
    """An error of the API for this post and all later ones, until `released` is set."""
    return until_released("chat.postMessage", refuse(error), post)


def held(answer: Answer) -> Answer:
    """Answer once `released` is set."""

    def wait(call: Call) -> None:
        call.slack.released.wait(HELD_SECONDS)
        answer(call)

    return wait


class SlackServer:
    """Serves on loopback while it is entered, at the address of the socket `bound` if there is one. Conversations are
    `D` and the user's id, or the channel's own."""

    def __init__(self, bound: socket.socket | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        self.calls: list[str] = []
        """But for those of users.info, which come before a first message: they are in `people_asked`."""
        self.people_asked: list[str] = []
        self.tokens: set[str] = set()
        self.released = threading.Event()
        self._has_taken = threading.Event()
        self.socket_url = "ws://127.0.0.1:9/link"
        self.scopes = ""
        self.names: dict[str, str] = {}
        self.departed: set[str] = set()
        self.exchanges = 0
        self.last_token = ""
        self.expires_in = 43_200
        self._bound = bound
        self._script: dict[str, deque[Answer]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._clock = 1_760_000_000.0

    def script(self, method: str, *answers: Answer) -> None:
        """The next calls of `method` get these answers."""
        self._script[method].extend(answers)

    @property
    def url(self) -> str:
        """`slack.api_url`."""
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    def texts(self, channel: str) -> list[str]:
        """What a conversation has."""
        return [message["text"] for message in self.messages if message["channel"] == channel]

    def wait_for_a_message(self) -> None:
        """Return when one was taken: whoever posted it may have given up before."""
        assert self._has_taken.wait(60)

    def take(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Record a message."""
        with self._lock:
            self._clock += 1.5
            channel = self.names.get(arguments["channel"]) or _conversation(arguments["channel"])
            message = {**arguments, "channel": channel, "ts": f"{self._clock:.6f}"}
            self.messages.append(message)
            self._has_taken.set()
            return {"ok": True, "channel": channel, "ts": message["ts"]}

    def answer(self, method: str, call: Call) -> None:
        """By the script, or as Slack would."""
        with self._lock:
            (self.people_asked if method == "users.info" else self.calls).append(method)
            self.tokens.add(call.request.headers.get("Authorization", ""))
            if method != "oauth.v2.access":  # which is signed with the app's secret
                self.last_token = call.request.headers.get("Authorization", "")
            scripted = self._script[method].popleft() if self._script[method] else None
        (scripted or _METHODS[method])(call)

    def __enter__(self) -> Self:
        slack = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                slack.answer(*_call_of(self, slack))

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Clients that are gone are no error of a test."""

        self._server = Server(("127.0.0.1", 0), Handler, bind_and_activate=self._bound is None)
        if self._bound is not None:
            self._server.socket.close()
            self._server.socket = self._bound
            self._server.server_activate()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _call_of(request: BaseHTTPRequestHandler, slack: SlackServer) -> tuple[str, Call]:
    """The method, and the call with its arguments: in the address, as JSON, or as a form."""
    address = urlsplit(request.path)
    body = request.rfile.read(int(request.headers.get("Content-Length", "0"))).decode()
    if request.headers.get("Content-Type", "").startswith("application/json") and body:
        arguments: dict[str, Any] = json.loads(body)
    else:
        arguments = dict(parse_qsl(body))
    arguments |= dict(parse_qsl(address.query))
    return address.path.removeprefix("/api/"), Call(slack, request, arguments)


def _conversation(recipient: str) -> str:
    return f"D{recipient}" if recipient.startswith("U") else recipient


def history(call: Call) -> None:
    """What was posted in a conversation, or in a thread of it."""
    oldest = float(call.arguments.get("oldest", 0))
    found = [
        message
        for message in reversed(call.slack.messages)
        if message["channel"] == call.arguments["channel"]
        and float(message["ts"]) > oldest
        and message.get("thread_ts") == call.arguments.get("ts")
    ]
    call.say({"ok": True, "messages": found, "has_more": False})


def _open(call: Call) -> None:
    call.say({"ok": True, "channel": {"id": _conversation(call.arguments["users"])}})


def _connect(call: Call) -> None:
    call.say({"ok": True, "url": call.slack.socket_url})


def _who(call: Call) -> None:
    who = {"team": "Test", "user": "callboard", "team_id": "T1", "user_id": "UBOT", "bot_id": "BBOT"}
    call.say({"ok": True, **who}, X_OAuth_Scopes=call.slack.scopes)


def _user(call: Call) -> None:
    user = call.arguments["user"]
    call.say({"ok": True, "user": {"id": user, "deleted": user in call.slack.departed}})


def exchange(call: Call) -> None:
    """Renew a token."""
    slack = call.slack
    if call.arguments.get("refresh_token") != f"xoxe-1-{slack.exchanges}":
        call.say({"ok": False, "error": "invalid_refresh_token"})
        return
    slack.exchanges += 1
    tokens = {"access_token": f"xoxe.xoxb-{slack.exchanges}", "refresh_token": f"xoxe-1-{slack.exchanges}"}
    call.say({"ok": True, **tokens, "expires_in": slack.expires_in, "token_type": "bot"})


def _bot(call: Call) -> None:
    call.say({"ok": True, "bot": {"id": call.arguments["bot"], "app_id": "A1", "deleted": False, "name": "callboard"}})


def _update(call: Call) -> None:
    call.say({"ok": True, "channel": call.arguments["channel"], "ts": call.arguments["ts"], "text": "…"})


_METHODS: dict[str, Answer] = {
    "chat.update": _update,
    "bots.info": _bot,
    "oauth.v2.access": exchange,
    "users.info": _user,
    "apps.connections.open": _connect,
    "auth.test": _who,
    "chat.postMessage": post,
    "conversations.history": history,
    "conversations.replies": history,
    "conversations.open": _open,
}
