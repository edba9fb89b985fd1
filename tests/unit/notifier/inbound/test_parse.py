"""What a delivery means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actors.notifier.inbound.ownership import ForeignSender, Identity
from actors.notifier.inbound.parse import (
    LONGEST_EDIT,
    OUTSIDER_TEXT,
    Ignored,
    InboundEvent,
    InboundResult,
    Outsider,
    ParsedEvent,
    PayloadKind,
    acknowledgement,
    message_key,
    parse_event,
)
from actors.notifier.storage.seen_deliveries import KEPT_SECONDS
from messages.commands import Surface, UserCommand
from tests.unit.notifier.inbound_payloads import APP, BOT, TEAM, a_command, an_action, an_event

OURS = Identity(team=TEAM, user=BOT, app=APP)
WRITTEN = datetime.fromtimestamp(1_700_000_000.0001, UTC)


def parsed(payload: dict[str, Any], kind: PayloadKind = PayloadKind.EVENT, at: datetime = WRITTEN) -> ParsedEvent:
    return parse_event(InboundEvent(kind=kind, payload=payload), OURS, at)


def direct(**event: Any) -> dict[str, Any]:
    """A direct message."""
    return an_event({"type": "message", "channel_type": "im", "channel": "D1", "text": "watch Niebler"} | event)


def test_an_outsider_is_answered_where_they_spoke() -> None:
    shared: dict[str, Any] = {"is_ext_shared_channel": True}
    assert parsed(an_event({"user_team": "T9"}, **shared)) == Outsider(
        id="Ev1", channel="C1", thread="1700000000.000100"
    )
    assert parsed(an_event({"user_team": "T9", "thread_ts": "1.5"}, **shared)) == Outsider(
        id="Ev1", channel="C1", thread="1.5"
    )
    away = parsed(direct(user_team="T9") | shared)
    assert away == Outsider(id="Ev1", channel="D1")
    assert parsed(a_command(team_id="T9"), PayloadKind.SLASH) == Outsider(id="t1")
    pressed = an_action(user={"id": "U9", "team_id": "T9"})
    assert parsed(pressed, PayloadKind.ACTION) == Outsider(id="p1", channel="C1", thread="1700000000.5")


def test_an_outsiders_bot_is_not_answered() -> None:
    assert parsed(an_event({"user_team": "T9", "bot_id": "B9"}, is_ext_shared_channel=True)) == Ignored()


def test_a_slash_command_of_an_outsider_is_answered_at_once() -> None:
    assert acknowledgement(PayloadKind.SLASH, InboundResult.REFUSED) == {
        "response_type": "ephemeral",
        "text": OUTSIDER_TEXT,
    }
    assert acknowledgement(PayloadKind.EVENT, InboundResult.REFUSED) == {}
    assert acknowledgement(PayloadKind.SLASH, InboundResult.REJECTED) == {}


def test_what_is_for_another_installation_is_rejected() -> None:
    assert parsed(an_event(authorizations=[{"team_id": "T9"}])) is ForeignSender.OTHER_TEAM
    assert parsed(an_event(api_app_id="A9")) is ForeignSender.OTHER_APP


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast", "me_message"])
def test_what_a_person_writes_is_a_command_also_with_slash_me(subtype: str | None) -> None:
    command = parsed(direct(subtype=subtype))
    assert isinstance(command, UserCommand)
    assert (command.text, command.surface) == ("watch Niebler", Surface.DIRECT)


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_changed", "message": {"text": "watch Köppe", "edited": {"user": "U1"}}},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_id": "B9", "app_id": "A9"},
        {"subtype": "channel_join"},
        {"user": "USLACKBOT", "text": "Reminder: watch Niebler."},
    ],
    ids=["edited", "deleted", "bot", "integration", "join", "slackbot"],
)
def test_edits_and_other_integrations_are_not_answered(event: dict[str, Any]) -> None:
    assert parsed(direct(**event)) == Ignored()


def test_an_edited_mention_has_the_name_of_the_message_that_it_was() -> None:
    first = an_event()
    edited = an_event(
        {"text": f"<@{BOT}> watch Köppe", "edited": {"user": "U1", "ts": "1700000500.000000"}}, event_id="Ev2"
    )
    keys = set()
    for payload in (first, edited):
        inbound = InboundEvent(kind=PayloadKind.EVENT, payload=payload)
        command = parse_event(inbound, OURS, WRITTEN)
        assert isinstance(command, UserCommand)
        keys.add(message_key(inbound, command))
    assert keys == {"C1 1700000000.000100"}


def test_what_is_no_message_has_no_such_name() -> None:
    inbound = InboundEvent(kind=PayloadKind.SLASH, payload=a_command())
    command = parse_event(inbound, OURS, WRITTEN)
    assert isinstance(command, UserCommand)
    assert message_key(inbound, command) == ""


def test_a_mention_that_is_edited_when_nobody_remembers_it_is_not_answered() -> None:
    edited = an_event({"edited": {"user": "U1", "ts": "1700900000.000000"}})
    assert isinstance(parsed(edited, at=WRITTEN + LONGEST_EDIT), UserCommand)
    assert parsed(edited, at=WRITTEN + LONGEST_EDIT + timedelta(seconds=1)) == Ignored()
    assert LONGEST_EDIT.total_seconds() < KEPT_SECONDS
