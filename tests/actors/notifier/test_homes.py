"""A person's home on Slack when several views of it are published at once, on both bases."""

from collections.abc import Iterator

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from messages.home import HomeQuery, HomeReply
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter
from tests.actors.notifier.slack_server import Answer, Call
from tests.actors.notifier.slack_socket import SlackSocket, a_message

pytestmark = pytest.mark.bases(SIMPLE, TCP)


@pytest.fixture
def wire() -> Iterator[SlackSocket]:
    with SlackSocket() as socket:
        yield socket


def shown(hashes: list[str]) -> Answer:
    """Publish the view; `hashes` gets the hash of the view that it replaces."""

    def answer(call: Call) -> None:
        hashes.append(call.arguments.get("hash", ""))
        call.say({"ok": True, "view": {"hash": "2.2"}})

    return answer


def reply(room: Room) -> None:
    """Say what the home of U1 has."""
    query = room.harness.expect(HomeQuery, to="watchlist")
    home = HomeReply(
        request_id=query.request_id, user="U1", is_new=True, entries=(), entry_count=0, mutes=(), mute_count=0,
        hours=(), zone="UTC",
    )  # fmt: skip
    room.harness.tell_as("watchlist", home)


def test_a_home_that_somebody_else_has_published_meanwhile_is_asked_for_again_and_replaced(
    room: Room, wire: SlackSocket
) -> None:
    hashes: list[str] = []
    room.slack.socket_url = wire.url
    room.slack.script("views.publish", answers.refuse("hash_conflict"), shown(hashes))
    room.open(app_token="xapp-1")
    room.until(lambda: wire.connections == 1)
    wire.deliver("events_api", a_message("", type="app_home_opened", tab="home", view={"hash": "1.1"}))
    reply(room)
    reply(room)
    snapshot = room.snapshot_when(lambda snapshot: counter(snapshot, "homes_shown") == 1)
    assert hashes == [""]
    assert snapshot.status.last_error is None
