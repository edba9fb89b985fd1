"""Messages by the address of their recipient: to Slack (or the console), or in another way."""

from collections.abc import Callable
from datetime import datetime

from actors.notifier.model.addresses import Way, target_of, way_of
from actors.notifier.model.outcomes import Failure, PostOutcome, SearchOutcome, Undelivered, Unsearchable
from actors.notifier.model.outgoing import OutgoingMessage, RenderedMessage
from actors.notifier.slack.port import MessageTransport
from actors.notifier.ways import payloads
from actors.notifier.ways.smtp import MailWay
from actors.notifier.ways.web import WebWay, doubt_about_matrix, doubt_about_mattermost
from messages.settings import Settings


class RoutedTransport:
    """`first` takes everything that has no other way; health shows its name."""

    def __init__(
        self, first: MessageTransport, settings: Settings, leads: Callable[[], bool], now: Callable[[], datetime]
    ) -> None:
        self._first = first
        self._settings = settings
        self._now = now
        self._mail = MailWay(settings.mail, leads, now)
        self._webhook = WebWay(settings.webhook.timeout, leads)
        self._mattermost = WebWay(settings.mattermost.timeout, leads)
        self._matrix = WebWay(settings.matrix.timeout, leads)

    @property
    def name(self) -> str:
        """The name that health shows."""
        return self._first.name

    async def post(self, message: OutgoingMessage) -> PostOutcome:
        """Post the message in its recipient's way."""
        way, settings = way_of(message.recipient), self._settings
        if way is None:
            return await self._first.post(message)
        if missing := missing_for(way, settings):
            return Undelivered(why=missing)
        to = target_of(message.recipient)
        match way:
            case Way.MAIL:
                return await self._mail.send(message, to)
            case Way.WEBHOOK:
                asked = payloads.webhook(message, to, settings.webhook, self._now())
                return await self._webhook.send(asked, message.recipient, is_idempotent=False)
            case Way.MATTERMOST:
                asked = payloads.mattermost(message, to, settings.mattermost)
                doubt = doubt_about_mattermost
                return await self._mattermost.send(asked, message.recipient, is_idempotent=False, doubt=doubt)
            case Way.MATRIX:
                asked = payloads.matrix(message, to, settings.matrix)
                doubt = doubt_about_matrix
                return await self._matrix.send(asked, message.recipient, is_idempotent=True, doubt=doubt)

    async def search(self, message: OutgoingMessage) -> SearchOutcome:
        """Only Slack has a history to search."""
        if way_of(message.recipient) is None:
            return await self._first.search(message)
        return Unsearchable(why="this way has no history")

    async def update(self, channel: str, ts: str, message: RenderedMessage) -> Failure | None:
        """Only what stands in Slack can be changed; what was sent elsewhere stays as it was."""
        return None if way_of(channel) is not None else await self._first.update(channel, ts, message)

    async def close(self) -> None:
        """Close what is open."""
        await self._first.close()


def missing_for(way: Way, settings: Settings) -> str:
    """The keys without which a way cannot be used; empty if all are there."""
    match way:
        case Way.MAIL:
            missing = [] if settings.mail.host else ["mail.host"]
        case Way.WEBHOOK:
            missing = [] if settings.webhook.url else ["webhook.url"]
        case Way.MATTERMOST:
            missing = [] if settings.mattermost.url else ["mattermost.url"]
        case Way.MATRIX:
            given = {"matrix.url": settings.matrix.url, "matrix.token": settings.matrix.token}
            missing = [key for key, value in given.items() if not value]
    return f"{' and '.join(missing)} not set" if missing else ""
