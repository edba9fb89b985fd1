"""The message that announces a draft says its newest state, on both bases."""

from typing import Any

import pytest

from actors.notifier.services import card_updater
from actors.runtime.engine.bases import SIMPLE, TCP
from messages.notices import Audience, Happening, Link, NotifyChannel, NotifyUser
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.room import Room, counter
from tests.watching_builders import a_notice


class Changes:
    """What Slack was told that messages say now."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.made: list[dict[str, Any]] = []

    def take(self, call: answers.Call) -> None:
        """As Slack does."""
        self.made.append(call.arguments)
        call.say({"ok": True, "channel": call.arguments["channel"], "ts": call.arguments["ts"], "text": "…"})


@pytest.fixture
def changes(room: Room) -> Changes:
    made = Changes(room)
    room.slack.script("chat.update", *[made.take] * 10)
    return made


def tell(room: Room, seq: int, *notices: Any) -> None:
    room.harness.deliver("prober", seq, NotifyChannel(audience=Audience.READERS, notices=notices))


def published(id: str) -> Any:
    link = Link(label="wg21.link", url=f"https://wg21.link/{id}")
    return a_notice(id, happening=Happening.DRAFT_PUBLISHED, title="A better title", links=(link,))


def texts(changes: Changes) -> list[str]:
    return [each["text"].split("\n")[0] for each in changes.made]


@pytest.mark.bases(SIMPLE, TCP)
def test_a_card_follows_its_draft_and_the_end_of_it_goes_to_the_channel_too(room: Room, changes: Changes) -> None:
    room.open()
    tell(room, 1, a_notice("D1000R0"), a_notice("D1001R0"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    (card,) = room.slack.messages
    tell(room, 2, a_notice("D1000R0", happening=Happening.DRAFT_UPDATED, detail="a page more"))
    room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 1)
    tell(room, 3, a_notice("D1001R0", happening=Happening.DRAFT_WITHDRAWN, links=()))
    room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 2)
    tell(room, 4, published("P1000R0"))
    snapshot = room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 3 and snapshot.sent == 4)
    assert {(each["channel"], each["ts"]) for each in changes.made} == {("C1", card["ts"])}
    newest = changes.made[-1]["text"]
    assert "P1000R0 paper published: A better title" in newest
    assert "https://wg21.link/P1000R0" in newest
    assert "D1001R0 withdrawn draft" in newest
    assert "a page more" in changes.made[0]["text"]
    assert [message.get("reply_broadcast") for message in room.slack.messages[1:]] == [None, True, True]
    assert snapshot.status.last_error is None


def test_a_card_of_a_user_keeps_why_they_were_told(room: Room, changes: Changes) -> None:
    room.open()
    room.tell_user("U1", "D1000R0")
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    later = a_notice("D1000R0", happening=Happening.DRAFT_UPDATED, matched=("shoop",), title="New")
    room.harness.deliver("watchlist", 2, NotifyUser(user="U1", notices=(later,)))
    room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 1 and snapshot.sent == 2)
    assert texts(changes) == ["D1000R0 updated draft: New (you watch niebler)"]
    assert "Mute for 2 weeks" in str(changes.made[0]["blocks"])
    assert "reply_broadcast" not in room.slack.messages[1]


def test_an_update_that_is_lost_is_made_again_after_a_restart_and_overtaken_by_a_newer_one(
    room: Room, changes: Changes
) -> None:
    room.slack._script["chat.update"].clear()
    room.slack.script("chat.update", answers.status(500), *[changes.take] * 5)
    room.open(quiet_period=3600.0)
    tell(room, 1, a_notice("D1000R0"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 1)
    tell(room, 2, a_notice("D1000R0", happening=Happening.DRAFT_UPDATED))
    room.until(lambda: "chat.update" in room.slack.calls)
    tell(room, 3, published("P1000R0"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 3)
    assert changes.made == []
    room.end()
    room.begin()
    room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 1)
    assert texts(changes) == ["P1000R0 paper published: A better title"]
    assert room.rows("SELECT card_version, card_shown FROM notifier.messages WHERE card IS NOT NULL") == [(2, 2)]


def test_a_card_that_slack_never_lets_be_changed_is_left_as_it_is(room: Room, changes: Changes) -> None:
    room.slack._script["chat.update"].clear()
    room.slack.script("chat.update", answers.refuse("edit_window_closed"), changes.take)
    room.open()
    tell(room, 1, a_notice("D1000R0"))
    tell(room, 2, published("P1000R0"))
    snapshot = room.snapshot_when(lambda snapshot: counter(snapshot, "cards_not_updated") == 1)
    assert (changes.made, snapshot.status.sentences) == ([], ())


@pytest.mark.bases(SIMPLE)
def test_pages_stay_in_their_thread_and_keep_their_headlines(room: Room, changes: Changes) -> None:
    room.open()
    tell(room, 1, *[published(f"P{number}R0") for number in range(1000, 1200)], a_notice("D1300R0"))
    room.snapshot_when(lambda snapshot: snapshot.sent > 1 and snapshot.queued == 0 and snapshot.sending == 0)
    pages = list(room.slack.messages)
    assert len(pages) > 1
    assert [page.get("reply_broadcast") for page in pages] == [None] * len(pages)
    assert room.rows("SELECT 1 FROM notifier.messages WHERE card IS NOT NULL") == []
    tell(room, 2, a_notice("D1300R0", happening=Happening.DRAFT_WITHDRAWN, links=()))
    room.snapshot_when(lambda snapshot: snapshot.sent == len(pages) + 1)
    assert room.slack.messages[-1]["reply_broadcast"] is True
    assert changes.made == []


def test_a_card_that_slack_fails_at_again_and_again_does_not_hold_up_the_others(
    room: Room, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_updater, "FIRST_RETRY_SECONDS", 0.01)
    room.slack._script["chat.update"].clear()
    room.slack.script("chat.update", *[answers.refuse("internal_error")] * 5, *[changes.take] * 5)
    room.open()
    tell(room, 1, a_notice("D1000R0"))
    tell(room, 2, a_notice("D1001R0"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    tell(room, 3, published("P1000R0"), published("P1001R0"))
    snapshot = room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 1)
    assert counter(snapshot, "cards_not_updated") == 1
    assert texts(changes) == ["P1001R0 paper published: A better title"]


def test_a_card_that_cannot_be_read_does_not_hold_up_the_others(room: Room, changes: Changes) -> None:
    room.open()
    tell(room, 1, a_notice("D1000R0"))
    tell(room, 2, a_notice("D1001R0"))
    room.snapshot_when(lambda snapshot: snapshot.sent == 2)
    broken = "UPDATE notifier.messages SET card = '[{\"id\": 7}]', card_version = 1 WHERE 'D1000R0' = ANY(announced)"
    room.rows(f"{broken} RETURNING 1")
    tell(room, 3, published("P1001R0"))
    snapshot = room.snapshot_when(lambda snapshot: counter(snapshot, "cards_updated") == 1)
    assert counter(snapshot, "cards_not_updated") == 1
    assert texts(changes) == ["P1001R0 paper published: A better title"]
