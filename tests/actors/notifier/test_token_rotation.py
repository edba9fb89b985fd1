"""The bot's token is renewed before it expires, and the newest is used, also after a restart."""

from collections.abc import Callable
from typing import Any

import pytest

from actors.notifier.actor import NotifierActor
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.lifecycle import BeginRefused
from tests.actors.harness import Harness
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter
from tests.actors.notifier.slack_server import TOKEN
from tests.builders import settings

ROTATING: dict[str, Any] = {"refresh_token": "xoxe-1-0", "client_id": "1.2", "client_secret": "sec-ret-of-the-app"}


def refuse_the_old_token(call: answers.Call) -> None:
    """This post and all later ones that come with it."""
    if call.request.headers["Authorization"] == f"Bearer {TOKEN}":
        call.slack.script("chat.postMessage", refuse_the_old_token)
        answers.refuse("token_expired")(call)
    else:
        answers.post(call)


def used(room: Room) -> str:
    """The token of the last call."""
    return room.slack.last_token.removeprefix("Bearer ")


@pytest.mark.bases(SIMPLE, TCP)
def test_a_token_is_renewed_at_the_start_and_kept_over_a_restart(room: Room) -> None:
    room.open(**ROTATING)
    room.snapshot_when(lambda snapshot: counter(snapshot, "tokens_renewed") == 1)
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    assert used(room) == "xoxe.xoxb-1"
    room.end()
    room.begin()
    room.tell_user("U1", "D1001R0")
    snapshot = room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    assert (used(room), room.slack.exchanges, snapshot.status.sentences) == ("xoxe.xoxb-1", 1, ())


def test_a_token_that_expires_soon_is_renewed_after_a_restart(room: Room) -> None:
    room.open(**ROTATING)
    room.snapshot_when(lambda snapshot: counter(snapshot, "tokens_renewed") == 1)
    room.rows("UPDATE notifier.tokens SET expires_at = now() - interval '1 minute'")
    room.end()
    room.begin()
    room.snapshot_when(lambda snapshot: counter(snapshot, "tokens_renewed") == 1)
    assert room.slack.exchanges == 2
    assert room.rows("SELECT access, refresh FROM notifier.tokens") == [("xoxe.xoxb-2", "xoxe-1-2")]


def test_what_a_token_that_has_expired_kept_waiting_is_sent_with_the_new_one(room: Room) -> None:
    room.slack.script("oauth.v2.access", answers.held(answers.exchange))
    room.slack.script("chat.postMessage", refuse_the_old_token)
    room.open(**ROTATING)
    room.tell_user("U1", "D1000R0")
    snapshot = room.snapshot_when(lambda snapshot: bool(snapshot.status.sentences))
    assert "token_expired: the token has expired" in snapshot.status.sentences[0]
    assert used(room) == TOKEN
    room.slack.released.set()
    room.snapshot_when(lambda snapshot: snapshot.sent == 1 and snapshot.status.sentences == ())
    assert used(room) == "xoxe.xoxb-1"


def test_a_refresh_token_that_slack_does_not_take_is_said_without_showing_it(room: Room) -> None:
    room.open(**ROTATING | {"refresh_token": "xoxe-1-used-before"})
    snapshot = room.snapshot_when(lambda snapshot: bool(snapshot.status.sentences))
    (sentence,) = snapshot.status.sentences
    assert sentence.startswith("Slack has not renewed the bot's token since ")
    assert "invalid_refresh_token: the refresh token is not valid any more" in sentence
    assert "used-before" not in str(snapshot)
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)


def test_a_new_refresh_token_in_the_configuration_counts(room: Room) -> None:
    room.open(**ROTATING)
    room.snapshot_when(lambda snapshot: counter(snapshot, "tokens_renewed") == 1)
    room.rows("UPDATE notifier.tokens SET origin = 'of another one', refresh = 'xoxe-1-lost'")
    room.end()
    room.slack.exchanges = 0
    room.begin()
    room.snapshot_when(lambda snapshot: counter(snapshot, "tokens_renewed") == 1)
    assert room.rows("SELECT refresh FROM notifier.tokens") == [("xoxe-1-1",)]


def test_a_refresh_token_alone_is_refused(make_harness: Callable[..., Harness], database: str) -> None:
    slack = {"bot_token": TOKEN, **ROTATING, "client_secret": ""}
    refused = make_harness(settings(slack=slack), database, None).try_begin(NotifierActor, "notifier")
    assert isinstance(refused, BeginRefused)
    assert "slack.client_secret" in refused.reason
