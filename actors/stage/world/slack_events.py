"""What happens to the Slack of the stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from actors.stage.world.state import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMember:
    """A channel (`C...`) or person (`U...`) of the workspace has this name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetToken:
    """Slack accepts only this bot token."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRate:
    """Slack accepts one message per conversation in each `spacing`; zero: no limit."""

    spacing: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTiers:
    """Slack accepts as many calls of a method in each `window` as its tier allows a minute; zero: no limit."""

    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveChannel:
    """The app is not a member of this channel until it joins."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersSet:
    """These people, and no others, are in the channel; before, everybody is."""

    channel: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonActed:
    """A person of the workspace has typed or pressed something."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantScopes:
    """The bot token has these scopes only."""

    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverTo:
    """Slack delivers to this address from now on, signed with this secret; an empty address: Socket Mode."""

    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceDelivery:
    """Slack waits so many seconds for an acknowledgement, and so many before each further attempt."""

    patience: float
    retries: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePrivate:
    """This channel is private, also if its id begins with C, as those of all newer channels do."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveChannel:
    """This channel is archived, or no longer."""

    channel: str
    is_archived: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChannel:
    """This channel is shared with other workspaces."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTeam:
    """This person belongs to another workspace."""

    user: str
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateUser:
    """This person's account is deactivated, or no longer. Slack takes messages to them all the same."""

    user: str
    is_deactivated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallForOrganization:
    """The app is installed in a whole organization with this id; an empty one: in its workspace only."""

    enterprise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened:
    """The bot and a user have a direct conversation."""

    channel: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTaken:
    """Slack accepted a message. `payload` has the arguments of the call."""

    channel: str
    at: datetime
    payload: Mapping[str, object]
    author: str = ""
    visible_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChanged:
    """Slack changed a message. `payload` has the arguments of the call; what they leave out stays."""

    channel: str
    ts: str
    at: datetime
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelJoined:
    """The app is a member of this channel."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCalled:
    """A call that counts for the limit of its method's tier."""

    method: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketIssued:
    """A websocket may be opened with this ticket, once."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUsed:
    """A websocket was opened with this ticket."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """Slack has tried to deliver."""

    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerIssued:
    """A person has done something; what Slack told the app of it can open a form for them."""

    trigger: str
    user: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerUsed:
    """A form was opened with it."""

    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewShown:
    """A person sees this home or form."""

    user: str
    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormClosed:
    """A person's form is gone."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksPosted:
    """A message has these addresses of the app's domains."""

    id: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksUnfurled:
    """The app has shown what addresses lead to."""

    id: str
    unfurls: Mapping[str, Any]


ScriptedSlackEvent = (
    NameMember
    | SetToken
    | LimitRate
    | LimitTiers
    | LeaveChannel
    | ChannelJoined
    | MembersSet
    | GrantScopes
    | DeliverTo
    | PaceDelivery
    | MakePrivate
    | ArchiveChannel
    | ShareChannel
    | SetTeam
    | DeactivateUser
    | InstallForOrganization
)
"""What a script does to Slack."""

SlackEvent = (
    ScriptedSlackEvent
    | PersonActed
    | ConversationOpened
    | MessageTaken
    | MessageChanged
    | MethodCalled
    | TicketIssued
    | TicketUsed
    | Attempted
    | TriggerIssued
    | TriggerUsed
    | ViewShown
    | FormClosed
    | LinksPosted
    | LinksUnfurled
)
