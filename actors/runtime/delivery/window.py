"""How much of an outbox may be on its way: a pure window over sequence numbers, one for each destination."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

WINDOW = 8
"""Most events on the way to one destination."""

FIRST_PATIENCE = 2.0
MOST_PATIENCE = 30.0
"""Seconds to wait for an acknowledgement before sending again; doubled after each attempt."""

MOST_WAITING = 10_000
"""Events that may wait for one destination before their sender takes no more of its own: so a receiver that is slow, or
stopped, slows who feeds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is known of the events for one destination: `acked` and everything before it has taken effect, `sent` and
    everything before it is on the way, `last` is the newest in the outbox; `resend_at` on a monotonic clock; `heard` is
    whether the receiver has said anything since the last ones left; `probing` that one event is to find out whether it
    is there."""

    acked: int
    sent: int
    last: int
    patience: float = FIRST_PATIENCE
    resend_at: float | None = None
    heard: bool = True
    probing: bool = False


def waiting(window: Window) -> int:
    """Events that have not been acknowledged."""
    return window.last - window.acked


def to_send(window: Window) -> Sequence[int]:
    """The sequence numbers that may leave now: none while less than half of the window is free and more than that
    waits, so that a long outbox is read in pages rather than row by row."""
    if window.probing:
        return range(window.acked + 1, window.acked + 2)
    free = window.acked + WINDOW - window.sent
    unsent = window.last - window.sent
    if free < WINDOW // 2 and unsent > free:
        return range(0)
    return range(window.sent + 1, window.sent + 1 + min(free, unsent))


def appended(window: Window, seq: int) -> Window:
    """The outbox has an event more."""
    return replace(window, last=seq)


def sent(window: Window, seq: int, now: float) -> Window:
    """Everything up to `seq` has left."""
    return replace(
        window,
        sent=max(window.sent, seq),
        resend_at=window.resend_at or now + window.patience,
        heard=False,
        probing=False,
    )


def acknowledged(window: Window, seq: int, now: float) -> Window:
    """Everything up to `seq` has taken effect. Of an old or impossible acknowledgement only that it came counts."""
    if not window.acked < seq <= window.last:
        return replace(window, heard=True)
    on_the_way = max(window.sent, seq)
    return replace(
        window,
        acked=seq,
        sent=on_the_way,
        patience=FIRST_PATIENCE,
        resend_at=now + FIRST_PATIENCE if on_the_way > seq else None,
        heard=True,
        probing=False,
    )


def rewound(window: Window) -> Window:
    """Send again all that is not acknowledged: the receiver is new."""
    return replace(window, sent=window.acked, patience=FIRST_PATIENCE, resend_at=None, heard=True, probing=False)


def impatient(window: Window, now: float) -> Window:
    """The window at `now`, with more patience for the next time, if its time to resend has come: rewound, when the
    receiver is there; else one event goes to look for it. More would only pile up before one that is stopped, and
    Thespian's multiprocTCPBase stops all sends of an actor with too many pending ones."""
    if window.resend_at is None or now < window.resend_at:
        return window
    patience = min(window.patience * 2, MOST_PATIENCE)
    if window.heard:
        return replace(window, sent=window.acked, patience=patience, resend_at=None)
    return replace(window, probing=True, patience=patience, resend_at=None)
