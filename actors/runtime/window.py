"""How much of an outbox may be on its way: a pure window over sequence numbers, one for each destination."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

WINDOW = 8
"""Most events on the way to one destination."""

FIRST_PATIENCE = 2.0
MOST_PATIENCE = 30.0
"""Seconds to wait for an acknowledgement before sending again; doubled each time in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is known of the events for one destination: `acked` and everything before it has taken effect, `sent` and
    everything before it is on the way, `last` is the newest in the outbox; `resend_at` on a monotonic clock."""

    acked: int
    sent: int
    last: int
    patience: float = FIRST_PATIENCE
    resend_at: float | None = None


def to_send(window: Window) -> Sequence[int]:
    """The sequence numbers that may leave now: none while less than half of the window is free and more than that
    waits, so that a long outbox is read in pages rather than row by row."""
    free = window.acked + WINDOW - window.sent
    waiting = window.last - window.sent
    if free < WINDOW // 2 and waiting > free:
        return range(0)
    return range(window.sent + 1, window.sent + 1 + min(free, waiting))


def appended(window: Window, seq: int) -> Window:
    """The outbox has an event more."""
    return replace(window, last=seq)


def sent(window: Window, seq: int, now: float) -> Window:
    """Everything up to `seq` has left."""
    return replace(window, sent=max(window.sent, seq), resend_at=window.resend_at or now + window.patience)


def acknowledged(window: Window, seq: int, now: float) -> Window:
    """Everything up to `seq` has taken effect. An old or impossible acknowledgement changes nothing."""
    if not window.acked < seq <= window.last:
        return window
    on_the_way = max(window.sent, seq)
    waiting = on_the_way > seq
    return replace(
        window,
        acked=seq,
        sent=on_the_way,
        patience=FIRST_PATIENCE,
        resend_at=now + FIRST_PATIENCE if waiting else None,
    )


def rewound(window: Window) -> Window:
    """Send again all that is not acknowledged: the receiver is new."""
    return replace(window, sent=window.acked, patience=FIRST_PATIENCE, resend_at=None)


def impatient(window: Window, now: float) -> Window:
    """The window at `now`: rewound, with more patience for the next time, if its time to resend has come."""
    if window.resend_at is None or now < window.resend_at:
        return window
    return replace(window, sent=window.acked, patience=min(window.patience * 2, MOST_PATIENCE), resend_at=None)
