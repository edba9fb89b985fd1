"""Payloads as Slack documents them, for apps in a workspace and in an organization, and for shared channels."""

from typing import Any

APP, TEAM, BOT, ORG = "A1", "T1", "UBOT", "E1"


def an_event(event: dict[str, Any] | None = None, **outer: Any) -> dict[str, Any]:
    """A mention by U1 in C1; `event` and `outer` replace parts of it."""
    said = {
        "type": "app_mention",
        "user": "U1",
        "text": f"<@{BOT}> watch Niebler",
        "ts": "1700000000.000100",
        "channel": "C1",
        "team": TEAM,
        "event_ts": "1700000000.000100",
        "client_msg_id": "0837851c-2d34-4d4d-804c-7aed753c3421",
    }
    return {
        "token": "x",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": "Ev1",
        "event_time": 1700000000,
        "is_ext_shared_channel": False,
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        ],
        "event": said | (event or {}),
    } | outer


def installed(team: str | None, enterprise: str | None = None, org_wide: bool = False) -> list[dict[str, Any]]:
    """`authorizations`, of which Slack sends one."""
    return [
        {
            "enterprise_id": enterprise,
            "team_id": team,
            "user_id": BOT,
            "is_bot": True,
            "is_enterprise_install": org_wide,
        }
    ]


def a_command(**fields: Any) -> dict[str, Any]:
    """A slash command by U1."""
    return {
        "team_id": TEAM,
        "api_app_id": APP,
        "command": "/callboard",
        "text": "watching",
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "t1",
        "is_enterprise_install": "false",
    } | fields


def an_action(**fields: Any) -> dict[str, Any]:
    """A button pressed by U1 in C1."""
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "x"},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": APP,
        "user": {"id": "U1", "team_id": TEAM},
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "1700000000.5", "channel_id": "C1"},
        "trigger_id": "p1",
        "actions": [{"type": "button", "action_id": "callboard-0", "value": "why P1", "action_ts": "1700000000.9"}],
    } | fields
