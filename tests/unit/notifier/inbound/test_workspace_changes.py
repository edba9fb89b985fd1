"""Events of the workspace that concern where messages go."""

from typing import Any

import pytest

from actors.notifier.inbound.ownership import ForeignSender, Identity
from actors.notifier.inbound.parse import Ignored, InboundEvent, ParsedEvent, PayloadKind, parse_event
from actors.notifier.inbound.workspace_changes import ChangeKind, WorkspaceChange
from tests.builders import NOON
from tests.unit.notifier.inbound_payloads import APP, BOT, TEAM, an_event

OURS = Identity(team=TEAM, user=BOT, app=APP)


def parsed(event: dict[str, Any], **outer: Any) -> ParsedEvent:
    payload = an_event(**outer) | {"event": event}
    return parse_event(InboundEvent(kind=PayloadKind.EVENT, payload=payload), OURS, NOON)


@pytest.mark.parametrize(
    ("event", "kind", "subject", "name"),
    [
        ({"type": "user_change", "user": {"id": "U1", "deleted": True}}, ChangeKind.PERSON_LEFT, "U1", ""),
        ({"type": "user_change", "user": {"id": "U1", "deleted": False}}, ChangeKind.PERSON_CHANGED, "U1", ""),
        ({"type": "channel_archive", "channel": "C1", "user": "U1"}, ChangeKind.CHANNEL_ARCHIVED, "C1", ""),
        ({"type": "group_archive", "channel": "C1"}, ChangeKind.CHANNEL_ARCHIVED, "C1", ""),
        ({"type": "channel_unarchive", "channel": "C1", "user": "U1"}, ChangeKind.CHANNEL_OPENED, "C1", ""),
        ({"type": "group_unarchive", "channel": "C1"}, ChangeKind.CHANNEL_OPENED, "C1", ""),
        (
            {"type": "channel_rename", "channel": {"id": "C1", "name": "wg21", "created": 1}},
            ChangeKind.CHANNEL_RENAMED,
            "C1",
            "wg21",
        ),
        (
            {"type": "member_joined_channel", "user": BOT, "channel": "C1", "channel_type": "C", "team": TEAM},
            ChangeKind.CHANNEL_OPENED,
            "C1",
            "",
        ),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}, ChangeKind.TOKEN_REVOKED, "", ""),
        ({"type": "app_uninstalled"}, ChangeKind.APP_REMOVED, "", ""),
    ],
)
def test_an_event_is_a_change(event: dict[str, Any], kind: ChangeKind, subject: str, name: str) -> None:
    assert parsed(event) == WorkspaceChange(id="Ev1", kind=kind, subject=subject, name=name)
    assert parsed(event, authorizations=[]) == parsed(event)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "user_change", "user": "U1"},
        {"type": "user_change", "user": {"deleted": True}},
        {"type": "channel_archive", "channel": {"id": "C1"}},
        {"type": "channel_rename", "channel": {"id": "C1"}},
        {"type": "channel_rename", "channel": "C1"},
        {"type": "member_joined_channel", "user": "U1", "channel": "C1"},
        {"type": "member_joined_channel", "user": "U9", "channel": "C1", "team": "T9"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["U7"]}},
        {"type": "tokens_revoked", "tokens": []},
        {"type": "tokens_revoked", "tokens": {"bot": "odd"}},
        {"type": 7},
    ],
)
def test_what_concerns_others_or_makes_no_sense_is_ignored(event: dict[str, Any]) -> None:
    assert parsed(event) == Ignored()
    assert parsed(event, is_ext_shared_channel=True) == Ignored()


def test_another_installations_changes_are_rejected() -> None:
    assert parsed({"type": "app_uninstalled"}, authorizations=[], team_id="T9") is ForeignSender.OTHER_TEAM
    assert parsed({"type": "app_uninstalled"}, api_app_id="A9") is ForeignSender.OTHER_APP
