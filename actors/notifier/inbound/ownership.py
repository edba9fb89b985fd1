"""Whose delivery it is: ours, another installation's, or that of a person of another workspace. Pure.

https://docs.slack.dev/apis/events-api/#authorizations and https://docs.slack.dev/apis/slack-connect
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Callboard's own ids in Slack, from `auth.test`: workspace, bot user, app (empty while unknown), and the
    organization that the workspace belongs to, if any. `is_org_wide`: Callboard is installed in the whole organization,
    so the events of all its workspaces are its own."""

    team: str
    user: str
    app: str = ""
    enterprise: str = ""
    is_org_wide: bool = False

    def is_ours(self, team: str) -> bool:
        """Whether people of this workspace or organization may use Callboard."""
        return team in (self.team, self.enterprise) and team != ""


class ForeignSender(Enum):
    """The delivery is for another installation or for another app, so it is rejected. OUTSIDER: a person of another
    workspace, in a channel that is shared with it, who is told so."""

    OTHER_TEAM = "other_team"
    OTHER_APP = "other_app"
    OUTSIDER = "outsider"


def sender_of_event(payload: Mapping[str, Any], identity: Identity) -> ForeignSender | None:
    """Who is not ours, for an event; None if it is for us. `authorizations` names the installation that it is
    delivered for; `team_id` is where it happened, which in a shared channel may be elsewhere."""
    if _is_other_app(payload, identity):
        return ForeignSender.OTHER_APP
    authorizations = payload.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    installed = first if isinstance(first, dict) else payload
    team = _text(installed, "team_id")
    if not _is_for_us(team, _text(installed, "enterprise_id"), identity):
        return ForeignSender.OTHER_TEAM
    return ForeignSender.OUTSIDER if _is_by_outsider(payload, team, identity) else None


def sender_of_command(payload: Mapping[str, Any], identity: Identity) -> ForeignSender | None:
    """Who is not ours, for a slash command. Its `team_id` is that of the person. Slack lets people of other workspaces
    type it in a shared channel if the app is installed there too."""
    if _is_other_app(payload, identity):
        return ForeignSender.OTHER_APP
    if _is_for_us(_text(payload, "team_id"), _text(payload, "enterprise_id"), identity):
        return None
    return ForeignSender.OUTSIDER


def sender_of_action(payload: Mapping[str, Any], identity: Identity) -> ForeignSender | None:
    """Who is not ours, for an interaction. For an app that is installed in an organization `team` is null. The person's
    own workspace is with the person."""
    if _is_other_app(payload, identity):
        return ForeignSender.OTHER_APP
    team, user_team = _text(_map(payload, "team"), "id"), _text(_map(payload, "user"), "team_id")
    enterprise = _text(_map(payload, "enterprise"), "id") or _text(_map(payload, "team"), "enterprise_id")
    if not _is_for_us(team or user_team, enterprise, identity):
        return ForeignSender.OTHER_TEAM
    is_outsider = user_team and not (enterprise or identity.is_ours(user_team))
    return ForeignSender.OUTSIDER if is_outsider else None


def _is_other_app(payload: Mapping[str, Any], identity: Identity) -> bool:
    app = _text(payload, "api_app_id")
    return app not in ("", identity.app) and identity.app != ""


def _is_for_us(team: str, enterprise: str, identity: Identity) -> bool:
    if team and team == identity.team:
        return True
    if identity.is_org_wide:
        return identity.enterprise in (team, enterprise)
    return False


def _is_by_outsider(payload: Mapping[str, Any], installed: str, identity: Identity) -> bool:
    """Within an organization, people of other workspaces are no outsiders: the channel is not shared externally."""
    event = _map(payload, "event")
    team = _text(event, "user_team") or _text(event, "source_team") or _text(event, "team")
    if not team or identity.is_ours(team) or team in (installed, _text(payload, "context_team_id")):
        return False
    is_shared = payload.get("is_ext_shared_channel")
    return bool(is_shared) if is_shared is not None else not identity.enterprise


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _map(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}
