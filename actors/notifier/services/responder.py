"""Answers who has spoken: where that was, for the eyes of who spoke, or in a message.

An answer in its place is the exception from "nothing lost, nothing twice": Slack keeps no history of these, so nobody
can find out whether one arrived. Each is given once. One that Slack certainly has not taken goes to the direct
messages.
"""

from collections.abc import Sequence
from functools import partial

from actors.notifier.inbound.parse import OUTSIDER_TEXT, Outsider
from actors.notifier.model.outcomes import Failure, Unclear, words_of_failure
from actors.notifier.model.outgoing import MessageKind, RenderedMessage
from actors.notifier.render.answers import render_answer
from actors.notifier.services.enqueuer import Enqueuer
from actors.notifier.services.host import DATABASE_RETRY_SECONDS, ServiceHost
from actors.notifier.slack.responses import ResponseSender
from actors.notifier.storage import message_store, response_urls
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import DatabaseAway
from messages.commands import CommandAnswered

MAX_MESSAGES = 5
"""Messages that Slack takes at one address; longer answers go to the direct messages."""


class Responder:
    """`sender` is made when the actor begins."""

    def __init__(self, host: ServiceHost, enqueuer: Enqueuer) -> None:
        self._host = host
        self._enqueuer = enqueuer
        self._sender: ResponseSender | None = None

    def open(self, sender: ResponseSender) -> None:
        """Answer through `sender`."""
        self._sender = sender

    def answer(self, tx: Tx, event: CommandAnswered) -> None:
        """Answer a command: in its place if only its user is to see that. Otherwise queue the answer: in a direct
        conversation it goes to the user, in order with everything else for them; in a channel of the configuration to
        the recipient that stands for that channel."""
        rendered = render_answer(event.answer)
        if self._answer_in_place(tx, event.command_id, event.user, rendered):
            return
        is_channel = event.channel.startswith(("C", "G"))
        recipient = self._recipient_in(tx, event.channel) if is_channel else event.user
        self._enqueuer.enqueue_text(tx, recipient, rendered, MessageKind.ANSWER, event.thread)

    def refuse_outsider(self, tx: Tx, outsider: Outsider) -> None:
        """Tell a person of another workspace, where they spoke, that Callboard is not for them."""
        if outsider.channel:
            rendered = [RenderedMessage(text=OUTSIDER_TEXT, ids=())]
            recipient = self._recipient_in(tx, outsider.channel)
            self._enqueuer.enqueue_text(tx, recipient, rendered, MessageKind.ANSWER, outsider.thread)

    def _recipient_in(self, tx: Tx, channel: str) -> str:
        slack = self._host.settings.slack
        return message_store.recipient_in(tx.cursor, channel, (slack.channel, slack.ops_channel))

    def _answer_in_place(self, tx: Tx, command_id: str, user: str, rendered: Sequence[RenderedMessage]) -> bool:
        """After the transaction; False if that cannot be done."""
        response = response_urls.take(tx.cursor, command_id, self._host.now())
        if response is None or self._sender is None or len(rendered) > MAX_MESSAGES:
            return False
        respond = partial(self._sender.respond, response.url, tuple(rendered), replaces=response.replaces)
        tx.after_commit(lambda: self._host.run(respond(), partial(self._responded, user, rendered), _raise))
        return True

    def _responded(self, user: str, rendered: Sequence[RenderedMessage], outcome: tuple[int, Failure | None]) -> None:
        """So many messages were taken, and then perhaps this went wrong."""
        taken, failure = outcome
        self._host.count("answered_in_place" if failure is None else "not_answered_in_place")
        if failure is None:
            return
        self._host.record_error(f"an answer to {user} in its place: {words_of_failure(failure)}")
        if not isinstance(failure, Unclear):
            rest = rendered[taken:]
            self._send_directly(user, rest, self._enqueuer.new_ids(len(rest)))

    def _send_directly(self, user: str, rest: Sequence[RenderedMessage], ids: Sequence[str]) -> None:
        """Queue the rest under these ids: a transaction whose end is not known is made again, and counts once."""
        try:
            with self._host.transaction() as tx:
                self._enqueuer.enqueue_text(tx, user, rest, MessageKind.ANSWER, ids=ids)
        except DatabaseAway:
            self._host.after(DATABASE_RETRY_SECONDS, lambda: self._send_directly(user, rest, ids))
            raise

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete up to `limit` addresses that Slack no longer takes; returns how many."""
        return response_urls.expire(tx.cursor, limit)

    async def close(self) -> None:
        """Close the connection."""
        if self._sender is not None:
            await self._sender.close()


def _raise(error: BaseException) -> None:
    raise error
