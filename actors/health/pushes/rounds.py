"""The way of signals to the ChecksActor and of its answers back: many in one message."""

import asyncio
from typing import Any

from actors.runtime.ask import Asker, NoAnswer
from messages.heartbeats import HeartbeatsPushed, PushHeartbeat, PushHeartbeats, PushOutcome

ROUND_SECONDS = 0.5
"""Signals that have no answer after this time keep others waiting no more."""

MOST_TOGETHER = 30
"""Signals in one message: each has up to 10,000 bytes of output."""


class PushRounds:
    """Of the PushRoutes. On multiprocTCPBase two actors exchange one message at a time, and each takes milliseconds. So
    signals wait until as many of them wait as others await their answers, and leave together."""

    def __init__(self, owner: Asker) -> None:
        self._owner = owner
        self._waiting: dict[str, PushHeartbeat] = {}
        self._asked: dict[str, asyncio.Future[PushOutcome]] = {}
        self._unanswered: set[str] = set()
        self._timer: Any = None

    async def outcome(self, push: PushHeartbeat, seconds: float) -> PushOutcome:
        """What becomes of a signal. Raises NoAnswer."""
        if self._owner.address_of("checks") is None:
            raise NoAnswer("checks has not started yet")
        answered: asyncio.Future[PushOutcome] = asyncio.get_running_loop().create_future()
        self._asked[push.request_id] = answered
        self._waiting[push.request_id] = push
        self._send_if_enough()
        try:
            async with asyncio.timeout(seconds):
                return await answered
        except TimeoutError:
            raise NoAnswer(f"checks did not answer within {seconds:.0f} s") from None
        finally:
            self._asked.pop(push.request_id, None)
            self._waiting.pop(push.request_id, None)
            self._unanswered.discard(push.request_id)

    def replied(self, message: HeartbeatsPushed) -> None:
        """Some signals are answered. An answer that nobody waits for any more is counted."""
        for reply in message.replies:
            answered = self._asked.get(reply.request_id)
            if answered is None or answered.done():
                self._owner.count("late_replies")
            else:
                answered.set_result(reply.outcome)
            self._unanswered.discard(reply.request_id)
        self._send_if_enough()

    def _send_if_enough(self) -> None:
        if len(self._waiting) >= max(len(self._unanswered), 1):
            self._send_all()

    def _send_all(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pushes, self._waiting = tuple(self._waiting.values()), {}
        address = self._owner.address_of("checks")
        if not pushes or address is None:
            return
        self._unanswered.update(push.request_id for push in pushes)
        self._timer = self._owner.after(ROUND_SECONDS, self._wait_no_more)
        for first in range(0, len(pushes), MOST_TOGETHER):
            self._owner.send(address, PushHeartbeats(pushes=pushes[first : first + MOST_TOGETHER]))

    def _wait_no_more(self) -> None:
        self._unanswered.clear()
        self._send_all()
