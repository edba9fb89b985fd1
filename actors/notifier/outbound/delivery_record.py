"""What became of messages since the start, and how long it took: for metrics. Pure."""

from collections import Counter
from datetime import datetime

from actors.notifier.model.outgoing import MessageState, OutgoingMessage
from actors.notifier.outbound.retries import Step
from messages.activity import Histogram

DELIVERY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0)
DETECTION_SECONDS = (
    10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14_400.0, 28_800.0, 86_400.0, 172_800.0,
)  # fmt: skip


class DeliveryRecord:
    """Counts and histograms. `delivery` and `detection` are as in DeliveryActivity."""

    def __init__(self) -> None:
        self.delivery = Histogram.of(*DELIVERY_SECONDS)
        self.detection = Histogram.of(*DETECTION_SECONDS)
        self._outcomes: Counter[tuple[str, str]] = Counter()

    def concluded(self, message: OutgoingMessage, step: Step, at: datetime) -> None:
        """An attempt has ended."""
        self._outcomes[message.kind.value, step.counter.value] += 1
        if step.state is not MessageState.SENT:
            return
        if message.queued_at is not None:
            self.delivery = self.delivery.added(_seconds(message.queued_at, at))
        if message.uploaded_at is not None:
            self.detection = self.detection.added(_seconds(message.uploaded_at, at))

    @property
    def outcomes(self) -> tuple[tuple[str, str, int], ...]:
        """How often each kind of message had each outcome."""
        return tuple((kind, outcome, count) for (kind, outcome), count in sorted(self._outcomes.items()))


def _seconds(before: datetime, after: datetime) -> float:
    """At least 0: a server's clock may be ahead of ours."""
    return max(0.0, (after - before).total_seconds())
