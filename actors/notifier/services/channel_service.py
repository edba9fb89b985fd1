"""Answers whether commands about a channel may be carried out, and knows which one is the readers' channel."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from actors.notifier.outbound.channels import beside_the_feed
from actors.notifier.render.threads import subject_of
from actors.notifier.services.host import ServiceHost
from actors.notifier.slack.directory import ChannelDirectory, NoDirectory
from actors.notifier.storage import announcements, message_store
from actors.runtime.delivery.durable import Tx
from messages.channels import ChannelAccess, ChannelQuery, ChannelReply, is_channel
from messages.notices import Notice


class ChannelService:
    """Nothing of it is durable: whoever asks, asks again."""

    def __init__(self, host: ServiceHost) -> None:
        self._host = host
        self._directory: ChannelDirectory = NoDirectory()

    def open(self, directory: ChannelDirectory) -> None:
        """Look channels up in `directory`."""
        self._directory = directory

    def answer(self, query: ChannelQuery, reply: Callable[[ChannelReply], None]) -> None:
        """Look the channel up, and `reply`."""

        def found(looked_up: ChannelReply) -> None:
            reply(replace(self._with_readers(looked_up), request_id=query.request_id))

        def failed(error: BaseException) -> None:
            reply(ChannelReply(request_id=query.request_id, access=ChannelAccess.UNKNOWN, why="a fault, see the log"))
            raise error

        self._host.run(self._directory.look_up(query.channel, query.user), found, failed)

    def _with_readers(self, reply: ChannelReply) -> ChannelReply:
        """With whether it is the readers' channel. If that is configured by its name, its id is kept for later."""
        configured = self._host.settings.slack.channel
        if not reply.id or not configured:
            return reply
        is_named = configured.startswith("#") and configured.removeprefix("#") == reply.name
        with self._host.transaction() as tx:
            if is_named:
                message_store.learn_conversation(tx.cursor, configured, reply.id)
            return replace(reply, is_readers=self.is_readers(tx, reply.id))

    def is_readers(self, tx: Tx, channel: str) -> bool:
        """Whether a channel with this id is the readers' channel."""
        configured = self._host.settings.slack.channel
        return channel == configured or (
            configured.startswith("#") and message_store.conversation_of(tx.cursor, configured) == channel
        )

    def id_of(self, tx: Tx, recipient: str) -> str:
        """Slack's id of a channel of the configuration; empty if it is not known yet."""
        is_named = recipient.startswith("#")
        return message_store.conversation_of(tx.cursor, recipient) if is_named else recipient

    def recipient_of(self, tx: Tx, user: str) -> str:
        """Under which name a user or a channel gets messages: the readers' channel, under that of the configuration."""
        return self._host.settings.slack.channel if is_channel(user) and self.is_readers(tx, user) else user

    def not_told_otherwise(self, tx: Tx, user: str, notices: Sequence[Notice]) -> tuple[Notice, ...]:
        """Of the notices for a user or a channel, those that nothing else tells. The readers' channel hears of
        every draft, of its publication, and of every mailing, without a match."""
        if not is_channel(user) or not self.is_readers(tx, user):
            return tuple(notices)
        subjects = {notice.id: subject_of(notice.id) for notice in notices}
        known = announcements.known(tx.cursor, self._host.settings.slack.channel, subjects.values())
        return beside_the_feed(notices, {id for id, subject in subjects.items() if subject in known})

    async def close(self) -> None:
        """Close the connection to Slack."""
        await self._directory.close()
