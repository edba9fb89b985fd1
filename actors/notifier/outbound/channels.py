"""Which recipient stands for the readers and which for the operators, and what readers are told anyway. Pure."""

from collections.abc import Container, Sequence

from messages.notices import Audience, Happening, Notice
from messages.settings import SlackSettings

_IN_FEED = frozenset(
    {
        Happening.DRAFT_FOUND,
        Happening.DRAFT_UPDATED,
        Happening.DRAFT_WITHDRAWN,
        Happening.DRAFT_PUBLISHED,
        Happening.MAILING_PUBLISHED,
    }
)


def channel_for(slack: SlackSettings, audience: Audience) -> str:
    """The channel of the configuration for this audience; empty if there is none. The console serves both."""
    if not slack.bot_token:
        return audience.value
    return slack.channel if audience is Audience.READERS else slack.ops_channel


def beside_the_feed(notices: Sequence[Notice], known: Container[str]) -> tuple[Notice, ...]:
    """What the readers' channel is not told anyway. `known` has the ids of which it was told before: a new paper among
    them was a draft, and its publication is told."""
    return tuple(
        notice
        for notice in notices
        if notice.happening not in _IN_FEED and not (notice.happening is Happening.PAPER_ADDED and notice.id in known)
    )
