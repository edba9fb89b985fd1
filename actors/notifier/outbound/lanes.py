"""Two lanes of recipients: Slack's, and those who are told in other ways. What holds up the one does not hold up the
other. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from actors.notifier.model.addresses import Way, way_of
from actors.notifier.model.outgoing import MessageState
from actors.notifier.outbound.retries import Step
from actors.notifier.outbound.throttle import Item, Throttle
from messages.health import HealthReason, ReasonCode, iso

MAX_OTHER_CALLS_IN_FLIGHT = 8

NAMES: Mapping[Way, str] = MappingProxyType(
    {
        Way.MAIL: "the mail server",
        Way.WEBHOOK: "the webhook",
        Way.MATTERMOST: "Mattermost",
        Way.MATRIX: "the Matrix server",
    }
)


class SendLanes:
    """Each recipient's items are in one of the lanes; see Throttle for what the methods do."""

    def __init__(self) -> None:
        self.slack = Throttle()
        self._others = Throttle()
        self._failing: dict[Way, tuple[datetime, str]] = {}

    @property
    def needs_refill(self) -> frozenset[str]:
        """The recipients whose queues are empty here but not in the table."""
        return self.slack.needs_refill | self._others.needs_refill

    @property
    def recipients(self) -> int:
        """How many recipients have a queue here."""
        return self.slack.recipients + self._others.recipients

    @property
    def oldest_at(self) -> datetime | None:
        """When the oldest of the items here was queued."""
        return min((at for at in (self.slack.oldest_at, self._others.oldest_at) if at is not None), default=None)

    def lane_of(self, recipient: str) -> Throttle:
        """Where this recipient's items are."""
        return self.slack if way_of(recipient) is None else self._others

    def wait_others(self, now: float) -> float | None:
        """Seconds until an item for another way is due and may be sent; None if nothing waits that may."""
        return self._others.wait(now) if self._others.busy < MAX_OTHER_CALLS_IN_FLIGHT else None

    def take(self, now: float, slack_limit: int) -> list[Item]:
        """Take what is due: of Slack's up to `slack_limit`."""
        room = MAX_OTHER_CALLS_IN_FLIGHT - self._others.busy
        return [*self.slack.take(now, slack_limit), *self._others.take(now, room)]

    def put_back(self, items: Iterable[Item]) -> None:
        """Nothing was done with `items`."""
        for item in items:
            self.lane_of(item.recipient).put_back((item,))

    def note(self, recipient: str, step: Step, at: datetime) -> None:
        """What an attempt says about the recipient's way. One that refuses a message for good works; one that never
        says what became of it does not."""
        if (way := way_of(recipient)) is None:
            return
        if step.state is MessageState.QUEUED:
            since, _ = self._failing.get(way, (at, ""))
            self._failing[way] = (since, step.reason)
        elif step.state is MessageState.SENT or (step.state is MessageState.DEAD and not step.is_failure):
            self._failing.pop(way, None)

    def reasons(self) -> tuple[HealthReason, ...]:
        """The ways that did not take the last message, and for which one waits: others may never be tried again."""
        if not self._failing:
            return ()
        waiting = {way_of(recipient) for recipient in self._others.open_recipients}
        return tuple(
            HealthReason(
                code=ReasonCode.OTHER_WAY_UNUSABLE,
                subject=way.value,
                text=f"{NAMES[way]} has taken no messages since {since:%Y-%m-%d %H:%M} UTC: {why}",
                fields=(("since", iso(since)), ("why", why)),
            )
            for way, (since, why) in self._failing.items()
            if way in waiting
        )
