"""Looks channels up in Slack: which one is meant, and who is in it."""

from typing import Protocol

from actors.notifier.model.outcomes import ApiError, Failure, words_of_failure
from actors.notifier.slack.answers import ChannelsPage, ConversationInfo, InfoAnswer, MembersPage
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.token import BotToken
from messages.channels import ChannelAccess, ChannelReply
from messages.settings import SlackSettings

PAGE_CHANNELS = 200
PAGE_MEMBERS = 999
MAX_PAGES = 25
"""How many channels, and how many members of one, are looked through."""

_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})


class ChannelDirectory(Protocol):
    """Knows the channels of the workspace."""

    async def look_up(self, channel: str, user: str) -> ChannelReply:
        """Whether `user` may give commands about a channel, given by its id or `#name`; without a `user`, whether
        anybody may. The reply has no request_id."""

    async def close(self) -> None:
        """Release what is open."""


class SlackDirectory:
    """Asks Slack, with the first call; must be closed."""

    def __init__(self, settings: SlackSettings, token: BotToken | None = None) -> None:
        self._api = SlackApi(settings, lambda: True, token=token)

    async def look_up(self, channel: str, user: str) -> ChannelReply:
        """See ChannelDirectory. https://docs.slack.dev/reference/methods/conversations.info and its neighbours."""
        id: str | ChannelReply = channel
        if channel.startswith("#"):
            id = await self._named(channel.removeprefix("#").lower())
        if isinstance(id, ChannelReply):
            return id
        known = await self._api.ask(
            "conversations.info", lambda client: client.conversations_info(channel=id), InfoAnswer
        )
        if not isinstance(known, InfoAnswer):
            return _unknown(known, id)
        found = known.channel
        return ChannelReply(request_id="", access=await self._access(found, user), id=found.id, name=found.name)

    async def _access(self, channel: ConversationInfo, user: str) -> ChannelAccess:
        if channel.is_im or channel.is_mpim:
            return ChannelAccess.NOT_A_CHANNEL
        if channel.is_archived:
            return ChannelAccess.ARCHIVED
        if not channel.is_member:
            return ChannelAccess.NOT_INVITED
        return await self._membership(channel.id, user) if user else ChannelAccess.ALLOWED

    async def _membership(self, channel: str, user: str) -> ChannelAccess:
        cursor = ""
        for _ in range(MAX_PAGES):
            page = await self._api.ask(
                "conversations.members",
                lambda client: client.conversations_members(channel=channel, limit=PAGE_MEMBERS, cursor=cursor or None),
                MembersPage,
            )
            if not isinstance(page, MembersPage):
                return ChannelAccess.UNKNOWN
            if user in page.members:
                return ChannelAccess.ALLOWED
            if not (cursor := page.response_metadata.next_cursor if page.response_metadata else ""):
                break
        return ChannelAccess.NOT_A_MEMBER

    async def _named(self, name: str) -> str | ChannelReply:
        cursor = ""
        for _ in range(MAX_PAGES):
            page = await self._api.ask(
                "conversations.list",
                lambda client: client.conversations_list(
                    limit=PAGE_CHANNELS, cursor=cursor or None, types="public_channel,private_channel"
                ),
                ChannelsPage,
            )
            if not isinstance(page, ChannelsPage):
                return _unknown(page, "")
            for channel in page.channels:
                if channel.name == name:
                    return channel.id
            if not (cursor := page.response_metadata.next_cursor if page.response_metadata else ""):
                break
        return ChannelReply(request_id="", access=ChannelAccess.UNSEEN, name=name)

    async def close(self) -> None:
        """Close the session."""
        await self._api.close()


class NoDirectory:
    """Without Slack there is nobody to ask: operators name channels by their ids."""

    async def look_up(self, channel: str, user: str) -> ChannelReply:
        """See ChannelDirectory."""
        if channel.startswith("#"):
            why = "there is no bot token, so a channel has to be named by its id"
            return ChannelReply(request_id="", access=ChannelAccess.UNKNOWN, name=channel.removeprefix("#"), why=why)
        return ChannelReply(request_id="", access=ChannelAccess.ALLOWED, id=channel)

    async def close(self) -> None:
        """Nothing is open."""


def directory_for(settings: SlackSettings, token: BotToken | None = None) -> ChannelDirectory:
    """The directory that the settings allow; it opens nothing yet."""
    return SlackDirectory(settings, token) if settings.bot_token else NoDirectory()


def _unknown(failure: Failure, id: str) -> ChannelReply:
    if isinstance(failure, ApiError) and failure.error in _UNSEEN:
        return ChannelReply(request_id="", access=ChannelAccess.UNSEEN, id=id)
    return ChannelReply(request_id="", access=ChannelAccess.UNKNOWN, id=id, why=words_of_failure(failure))
