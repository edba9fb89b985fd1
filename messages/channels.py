"""Channels of the workspace: whether a command about one may be carried out. Asked by the WatchlistActor, answered by
the NotifierActor, which can ask Slack."""

from dataclasses import dataclass
from enum import Enum


class ChannelAccess(Enum):
    """Whether a command about a channel may be carried out. ALLOWED: the app is in the channel, and so is the user.
    UNSEEN: the app sees no such channel: there is none, or it is private and the app is not in it. NOT_INVITED: the app
    is not in it. NOT_A_MEMBER: the user is not in it. ARCHIVED: nobody can post there. NOT_A_CHANNEL: it is a
    conversation of two people or of a few. UNKNOWN: Slack could not be asked."""

    ALLOWED = "allowed"
    UNSEEN = "unseen"
    NOT_INVITED = "not_invited"
    NOT_A_MEMBER = "not_a_member"
    ARCHIVED = "archived"
    NOT_A_CHANNEL = "not_a_channel"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelQuery:
    """Query: may `user` give commands about `channel`, an id (`C024BE91L`) or a name (`#sg16`)? Without a `user` an
    operator asks, who need not be a member."""

    request_id: str
    channel: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReply:
    """Reply to ChannelQuery. `id` and `name` (without `#`) are empty if they are not known. `is_readers` says that it
    is the readers' channel of the configuration. `why` is what kept Slack from being asked, or empty."""

    request_id: str
    access: ChannelAccess
    id: str = ""
    name: str = ""
    is_readers: bool = False
    why: str = ""


def is_channel(recipient: str) -> bool:
    """Whether a recipient, or whoever watches something, is a channel, by its id or name. People have ids that begin
    with U or W."""
    return recipient.startswith(("C", "G", "#"))
