"""Posts messages to Slack and searches for them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from actors.notifier.model.outcomes import Departed, Failure, Limited, NotReached, PostOutcome, SearchOutcome, Unclear
from actors.notifier.model.outgoing import MessageKind, OutgoingMessage, RenderedMessage
from actors.notifier.slack.accounts import AccountChecks
from actors.notifier.slack.answers import PostAnswer, metadata_of, posted
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.history import HistorySearch
from actors.notifier.slack.token import BotToken
from messages.settings import SlackSettings

MAX_SEARCHES = 1000
"""How many searches are remembered that have not ended. Those of messages that were deleted meanwhile never do."""


class SlackTransport:
    """Opens its session with the first call; must be closed."""

    name = "slack"

    def __init__(
        self, settings: SlackSettings, leads: Callable[[], bool] = lambda: True, token: BotToken | None = None
    ) -> None:
        self._api = SlackApi(settings, leads, token=token)
        self._accounts = AccountChecks(self._api)
        self._searches: dict[str, HistorySearch] = {}

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """Post the message, with its id and those that it announces as metadata, unless the person has left. No name in
        it becomes a mention. What operators read in a thread is shown in the channel too.
        https://docs.slack.dev/reference/methods/chat.postMessage"""
        # who has just written is there
        is_person = message.recipient.startswith(("U", "W")) and message.kind is not MessageKind.ANSWER
        if is_person and await self._accounts.has_left(message.recipient, is_doubtful=message.suspended > 0):
            return Departed()
        channel = _address(message)
        blocks: list[dict[str, Any]] | None = json.loads(message.blocks) if message.blocks else None
        answer = await self._api.ask(
            "chat.postMessage",
            lambda client: client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=blocks,
                thread_ts=message.thread_ts or None,
                reply_broadcast=True if message.thread_ts and _is_shown_to_all(message) else None,
                metadata=metadata_of(message),
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            ),
            PostAnswer,
            message.recipient,
        )
        return posted(answer.channel, answer.ts) if isinstance(answer, PostAnswer) else answer

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """Search for the message by its id, in its conversation's history or in its thread. If Slack asks for a pause,
        or does not answer, the next search for the same message goes on where this one was."""
        begun = self._searches.pop(message.id, None)
        search = begun if begun is not None and begun.is_for(message) else HistorySearch(self._api, message, _now())
        outcome = await search.run()
        if isinstance(outcome, Limited | NotReached | Unclear):
            if len(self._searches) >= MAX_SEARCHES:
                self._searches.clear()
            self._searches[message.id] = search
        return outcome

    async def update(self, channel: str, ts: str, message: RenderedMessage) -> Failure | None:
        """Change a message of ours, which keeps its metadata. https://docs.slack.dev/reference/methods/chat.update"""
        blocks: list[dict[str, Any]] | None = json.loads(message.blocks) if message.blocks else None
        answer = await self._api.ask(
            "chat.update",
            lambda client: client.chat_update(
                channel=channel, ts=ts, text=message.text, blocks=blocks, parse="none", link_names=False
            ),
            PostAnswer,
        )
        return None if isinstance(answer, PostAnswer) else answer

    async def close(self) -> None:
        """Close the session."""
        await self._api.close()


def _is_shown_to_all(message: OutgoingMessage) -> bool:
    return message.broadcast or message.kind is MessageKind.INCIDENT


def _address(message: OutgoingMessage) -> str:
    """Where to post: to a channel that is configured by its name by its ID, once that is known, because it may be
    renamed."""
    is_named = message.recipient.startswith("#")
    return message.channel if is_named and message.channel else message.recipient


def _now() -> datetime:
    return datetime.now(UTC)
