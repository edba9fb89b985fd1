"""What the log says of lasting problems: a line when one begins, and one of the same level when it is over."""

import logging
from collections.abc import Iterable
from datetime import datetime

from actors.runtime.durations import duration_text
from messages.health import HealthReason, ReasonCode

OWN_LINES = frozenset(
    {
        ReasonCode.ACTOR_RESTARTED,
        ReasonCode.ACTOR_SILENT,
        ReasonCode.DATABASE_UNUSABLE,
        ReasonCode.INDEX_NOT_ANNOUNCED,
        ReasonCode.INDEX_NOT_FETCHED,
        ReasonCode.LEASE_NOT_RENEWED,
        ReasonCode.PROBING_OFF,
        ReasonCode.SLACK_NOT_LISTENING,
        ReasonCode.SLACK_UNUSABLE,
        ReasonCode.TOKEN_NOT_RENEWED,
    }
)
"""Who notices these says so at that moment, with more than a reason has."""


class ProblemLog:
    """The problems of one actor, as it gave them last."""

    def __init__(self) -> None:
        self._lasting: dict[tuple[ReasonCode, str], tuple[HealthReason, datetime]] = {}

    def see(self, name: str, reasons: Iterable[HealthReason], now: datetime, log: logging.Logger) -> None:
        """These are all problems that the actor `name` has now."""
        current = {(each.code, each.subject): each for each in reasons if each.code not in OWN_LINES}
        for key in self._lasting.keys() - current.keys():
            reason, since = self._lasting.pop(key)
            log.warning("over, after %s: %s", duration_text(now - since), _words(name, reason))
        for key, reason in current.items():
            known = self._lasting.get(key)
            self._lasting[key] = (reason, now if known is None else known[1])
            if known is None:
                log.warning("%s", _words(name, reason))


def _words(name: str, reason: HealthReason) -> str:
    """The line has the name of the actor already."""
    return reason.text.removeprefix(f"{name}: ")
