"""The pauses that Slack has asked for, so that no call is made before they are over. Pure.

Slack limits each method on its own, and chat.postMessage also in each conversation
(https://docs.slack.dev/apis/web-api/rate-limits).
"""

from actors.notifier.outbound.retries import MAX_PAUSE_SECONDS

DEFAULT_PAUSE_SECONDS = 30.0
"""When Slack asks for a pause without saying how long."""


class CallPauses:
    """By method, and by conversation where a method is limited in each. Times are seconds on any monotonic clock."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], float] = {}

    def begin(self, method: str, conversation: str, seconds: float, now: float) -> None:
        """Slack asks for a pause. A longer one than is obeyed is asked about again when that is over."""
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[method, conversation] = now + min(seconds, MAX_PAUSE_SECONDS)

    def left(self, method: str, conversation: str, now: float) -> float:
        """The seconds until the method may be called again; 0: now."""
        return max(0.0, self._until.get((method, conversation), now) - now)
