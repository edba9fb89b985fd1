"""A user whose id is an address is told there, whatever Slack does."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import Process, SimpleQueue
from typing import Any

import pytest

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FixedReply
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.documents import as_html
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import ITS_DRAFT, ONE_PAPER, on_stage


class Receiver:
    """A webhook: it refuses the first request, and takes the others."""

    def __init__(self, taken: "SimpleQueue[Any]") -> None:
        self.taken = taken

    def serve(self) -> None:
        taken, seen = self.taken, list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                seen.append(body["id"])
                is_taken = len(seen) > 1
                self.send_response(204 if is_taken else 503)
                self.send_header("retry-after", "1")
                self.end_headers()
                taken.put((is_taken, body))

            def log_message(self, *_: object) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            taken.put(server.server_port)
            server.serve_forever()


@pytest.fixture
def receiver() -> Iterator[tuple[str, "SimpleQueue[Any]"]]:
    taken: SimpleQueue[Any] = SimpleQueue()
    process = Process(target=Receiver(taken).serve, daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{taken.get()}/hook", taken
    finally:
        process.kill()
        process.join()


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(ONE_PAPER)
        yield client


def test_a_webhook_gets_the_notice_once_it_takes_it_although_slack_is_away(
    make_service: Callable[..., Service], base: str, stage: StageClient, receiver: tuple[str, "SimpleQueue[Any]"]
) -> None:
    url, taken = receiver
    service = on_stage(make_service, base, stage, prober={"min_revisit": "1s", "requests_per_hour": 1_000_000})
    service.environment |= {"CALLBOARD_WEBHOOK__URL": url, "CALLBOARD_WEBHOOK__SECRET": "a-secret-of-ours"}
    service.start()
    for user in ("webhook:team", "U0ADA"):
        service.carries_out("watch", "--user", user, "watch", "P0042")
        assert "is not a Slack user ID" not in service.command("watch", "--user", user, "watching").stderr
    stage.fault(Site.SLACK, FixedReply(status=500))
    stage.put_draft("D0042R1.html", body=as_html(ITS_DRAFT))
    got: list[tuple[bool, Any]] = []

    def has_come() -> bool:
        while not taken.empty():
            got.append(taken.get())
        return any(is_taken for is_taken, _ in got)

    wait_for(has_come, LIMIT)
    (first_taken, first), (second_taken, second), *_ = got  # one whose answer comes too late is sent again
    assert (first_taken, second_taken) == (False, True)
    assert first["id"] == second["id"]
    assert second["to"] == "team"
    assert second["papers"] == ["D0042R1"]
    assert "A title of its own <for> spans" in second["text"]
    assert "D0042R1" in service.carries_out("watch", "--user", "webhook:team", "why", "P0042")
    stage.clear_faults()
    stage.wait_for(lambda state: any("D0042R1" in message.text for message in state.messages), LIMIT)
