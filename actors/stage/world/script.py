"""The events of the stage: those of the script, and those that requests to the sites cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FaultRule
from actors.stage.world.journal import JournalEntry
from actors.stage.world.state import Attempt, IndexFile, PaperFile


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIndex:
    """wg21.link has this index from now on."""

    file: IndexFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PutDraft:
    """The papers folder has this file, new or changed."""

    name: str
    file: PaperFile


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDraft:
    """The papers folder no longer has this file."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRobots:
    """The host of the papers folder has this robots.txt from now on; None: it has none."""

    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFault:
    """A site has one more fault."""

    rule: FaultRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearFaults:
    """The faults of a site are cleared; None: of every site."""

    site: Site | None = None


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
class StartOver:
    """Everything is reset except the index and the sequence number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultMet:
    """A rule has met one request."""

    rule: FaultRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A site has answered, or a fault has kept it from answering."""

    site: Site
    entry: JournalEntry


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


ScriptEvent = (
    SetIndex
    | PutDraft
    | RemoveDraft
    | SetRobots
    | AddFault
    | ClearFaults
    | NameMember
    | SetToken
    | LimitRate
    | LimitTiers
    | LeaveChannel
    | GrantScopes
    | DeliverTo
    | PaceDelivery
    | StartOver
)
SlackEvent = (
    NameMember
    | SetToken
    | LimitRate
    | LimitTiers
    | LeaveChannel
    | GrantScopes
    | DeliverTo
    | PaceDelivery
    | ConversationOpened
    | MessageTaken
    | MessageChanged
    | ChannelJoined
    | MethodCalled
    | TicketIssued
    | TicketUsed
    | Attempted
)
Event = ScriptEvent | SlackEvent | FaultMet | Answered
