"""Keeps the messages that announced drafts true: Slack is told what each says now, one after the other.

What a card says is committed together with the news; that Slack shows it, afterwards. So an update that is lost, or
whose outcome is unclear, is made again, and doing so twice changes nothing. Only the newest state is ever sent: one
that was not shown in time is overtaken.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from actors.notifier.model.outcomes import ApiError, Failure, Limited, NoSuchMethod, Unclear, words_of_failure
from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.model.slack_errors import ErrorMeaning, meaning_of
from actors.notifier.outbound.retries import backoff
from actors.notifier.render import notices, pressed
from actors.notifier.services.host import DATABASE_RETRY_SECONDS, ServiceHost
from actors.notifier.slack.port import MessageTransport
from actors.notifier.storage import cards, pressed_buttons
from actors.notifier.storage.cards import Card
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import DatabaseAway

UPDATE = "chat.update"
INTERVAL_SECONDS = 1.2
"""Between two updates: Slack takes 50 a minute."""

LOOK_SECONDS = 30.0
"""How often to look for a card that changed while its message was on its way."""

FIRST_RETRY_SECONDS = 2.0
MAX_REFUSALS = 5
"""How often Slack may fail at one state of a card; then the message stays as it is, and the next card is shown."""

_AGAIN = frozenset({ErrorMeaning.TOKEN, ErrorMeaning.LIMIT, ErrorMeaning.UNCLEAR})
"""Errors after which the update is made again, as long as they are not about this card; after others it never can
be."""


class CardUpdater:
    """One update is under way at a time."""

    def __init__(self, host: ServiceHost) -> None:
        self._host = host
        self._transport: MessageTransport | None = None
        self._timer: Any = None
        self._is_busy = False
        self._failures = 0
        self._refused: tuple[str, int] = ("", 0)
        self._refusals = 0

    def open(self, transport: MessageTransport) -> None:
        """Update through `transport`."""
        self._transport = transport
        self._host.every(LOOK_SECONDS, self.wake)
        self.wake()

    def answered(self, tx: Tx, command_id: str, user: str, *, is_done: bool) -> None:
        """A command of `user` was answered: if it came from a button, and was carried out, the button says so."""
        if pressed_buttons.settle(tx.cursor, command_id, user, is_done=is_done):
            tx.after_commit(self.wake)

    def wake(self) -> None:
        """Look for a card that is not shown as it is, unless that is going on."""
        if self._timer is None and not self._is_busy and self._transport is not None:
            self._work_in(0.0)

    def stop(self) -> None:
        """Begin no further update."""
        self._transport = None

    def _work_in(self, seconds: float) -> None:
        self._is_busy = False
        self._timer = self._host.after(seconds, self._work)

    def _work(self) -> None:
        self._timer = None
        transport = self._transport
        if transport is None:
            return
        try:
            with self._host.trying("update cards"), self._host.transaction() as tx:
                card = cards.outdated(tx.cursor)
        except DatabaseAway:
            self._work_in(DATABASE_RETRY_SECONDS)
            raise
        if card is None:
            return
        try:
            rendered = _rendered(card)
        except Exception as error:  # one card that cannot be rendered must not stop all others
            self._host.log.error("a message to %s cannot be rendered", card.recipient, exc_info=error)
            self._host.record_error(f"a message to {card.recipient} cannot be rendered: {type(error).__name__}")
            self._conclude(card, "cards_not_updated")
            return
        if len(rendered) != 1:  # it has grown beyond one message: what was posted stays
            self._conclude(card, "cards_too_long")
            return
        self._is_busy = True
        update = transport.update(card.channel, card.ts, rendered[0])
        self._host.run(update, partial(self._updated, card), partial(self._failed, card))

    def _failed(self, card: Card, error: BaseException) -> None:
        self._conclude(card, "cards_not_updated")
        raise error

    def _updated(self, card: Card, failure: Failure | None) -> None:
        if failure is None:
            self._conclude(card, "cards_updated")
        elif isinstance(failure, ApiError) and self._is_refused(card, failure.error):
            self._host.log.info("a message to %s is not updated: %s", card.recipient, failure.error)
            self._conclude(card, "cards_not_updated")
        elif isinstance(failure, NoSuchMethod):
            self._conclude(card, "cards_not_updated")
        else:
            self._host.record_error(f"{UPDATE} for {card.recipient}: {words_of_failure(failure)}")
            self._failures += 1
            self._work_in(self._pause_after(card, failure))

    def _is_refused(self, card: Card, error: str) -> bool:
        """Whether Slack will not show this state of the card: it says so, or it has failed at it often enough."""
        meaning = meaning_of(UPDATE, error)
        if meaning is ErrorMeaning.UNCLEAR:
            state = (card.message, card.version)
            self._refusals = self._refusals + 1 if self._refused == state else 1
            self._refused = state
            return self._refusals >= MAX_REFUSALS
        return meaning not in _AGAIN

    def _pause_after(self, card: Card, failure: Failure) -> float:
        """Until the update is made again; one that may still arrive must not come after a newer one."""
        wait = backoff(FIRST_RETRY_SECONDS, self._failures - 1, card.message)
        if isinstance(failure, Limited):
            return max(wait, failure.retry_after or 0.0)
        return max(wait, self._host.settings.slack.quiet_period) if isinstance(failure, Unclear) else wait

    def _conclude(self, card: Card, counter: str) -> None:
        self._is_busy = True
        try:
            with self._host.trying("note what is shown"), self._host.transaction() as tx:
                cards.shown(tx.cursor, card)
        except DatabaseAway:
            self._host.after(DATABASE_RETRY_SECONDS, lambda: self._conclude(card, counter))
            raise
        self._failures = 0
        self._host.count(counter)
        self._work_in(INTERVAL_SECONDS)


def _rendered(card: Card) -> tuple[RenderedMessage, ...]:
    """What the message says now: as it was posted, or the newest state of its drafts; with the buttons that were
    pressed."""
    posted = (RenderedMessage(text=card.text, ids=(), blocks=card.blocks),)
    newest = notices.for_recipient(card.recipient)(card.notices) if card.notices else posted
    return tuple(replace(each, blocks=pressed.marked(each.blocks, card.pressed)) for each in newest)
