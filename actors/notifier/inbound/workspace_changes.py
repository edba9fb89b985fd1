"""Events of the workspace that concern where messages go: people who leave, channels, the app itself. Pure.

https://docs.slack.dev/reference/events has a page for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any


class ChangeKind(Enum):
    """PERSON_LEFT: their account was deactivated. PERSON_CHANGED: anything else about a person, who perhaps is back.
    CHANNEL_OPENED: it is no longer archived, or Callboard was invited. APP_REMOVED, TOKEN_REVOKED: nothing can be sent
    any more."""

    PERSON_LEFT = "person_left"
    PERSON_CHANGED = "person_changed"
    CHANNEL_ARCHIVED = "channel_archived"
    CHANNEL_OPENED = "channel_opened"
    CHANNEL_RENAMED = "channel_renamed"
    APP_REMOVED = "app_removed"
    TOKEN_REVOKED = "token_revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceChange:
    """`id` is Slack's of the event; `subject` is the person or channel, empty for the app; `name` is the channel's new
    name."""

    id: str
    kind: ChangeKind
    subject: str = ""
    name: str = ""


_OF_CHANNELS = MappingProxyType(
    {
        "channel_archive": ChangeKind.CHANNEL_ARCHIVED,
        "channel_unarchive": ChangeKind.CHANNEL_OPENED,
        "group_archive": ChangeKind.CHANNEL_ARCHIVED,
        "group_unarchive": ChangeKind.CHANNEL_OPENED,
    }
)


def workspace_change(id: str, event: Mapping[str, Any], bot: str) -> WorkspaceChange | None:
    """The change that an event reports; None if it is another one. `bot` is our bot user."""
    match event.get("type"):
        case "user_change":
            return _of_person(id, event.get("user"))
        case "channel_rename" | "group_rename":
            return _of_name(id, event.get("channel"))
        case "member_joined_channel" if event.get("user") == bot:
            return _of(id, ChangeKind.CHANNEL_OPENED, event.get("channel"))
        case "tokens_revoked" if _is_ours(event.get("tokens"), bot):
            return WorkspaceChange(id=id, kind=ChangeKind.TOKEN_REVOKED)
        case "app_uninstalled":
            return WorkspaceChange(id=id, kind=ChangeKind.APP_REMOVED)
        case str() as kind if kind in _OF_CHANNELS:
            return _of(id, _OF_CHANNELS[kind], event.get("channel"))
        case _:
            return None


def _of_person(id: str, person: Any) -> WorkspaceChange | None:
    if not isinstance(person, dict):
        return None
    has_left = person.get("deleted") is True
    return _of(id, ChangeKind.PERSON_LEFT if has_left else ChangeKind.PERSON_CHANGED, person.get("id"))


def _of_name(id: str, channel: Any) -> WorkspaceChange | None:
    if not isinstance(channel, dict) or not isinstance(name := channel.get("name"), str):
        return None
    return _of(id, ChangeKind.CHANNEL_RENAMED, channel.get("id"), name)


def _of(id: str, kind: ChangeKind, subject: Any, name: str = "") -> WorkspaceChange | None:
    if not isinstance(subject, str) or not subject:
        return None
    return WorkspaceChange(id=id, kind=kind, subject=subject, name=name)


def _is_ours(tokens: Any, bot: str) -> bool:
    """Whether our bot's token is among the revoked ones."""
    bots = tokens.get("bot") if isinstance(tokens, dict) else None
    return isinstance(bots, list) and bot in bots
