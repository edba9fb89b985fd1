"""Which recipient stands for the readers and which for the operators. Pure."""

from messages.notices import Audience
from messages.settings import SlackSettings


def channel_for(slack: SlackSettings, audience: Audience) -> str:
    """The channel of the configuration for this audience; empty if there is none. The console serves both."""
    if not slack.bot_token:
        return audience.value
    return slack.channel if audience is Audience.READERS else slack.ops_channel
