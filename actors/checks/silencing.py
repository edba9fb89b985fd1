"""Whether people are to be told about a check now: maintenance windows, and what it depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from actors.checks.judging.silence import QuietReason, Support, silence_of, to_hasten
from actors.checks.model.standing import CheckStanding
from actors.checks.roster import Roster
from actors.checks.schedule.maintenance import concerns, is_manual
from actors.checks.schedule.planned import PlannedWindows
from messages.check_definitions import CheckDefinition
from messages.maintenance import ManualWindow, OngoingMaintenance

Standings = Mapping[str, CheckStanding]

_REPORT_BY_THEMSELVES = frozenset({"heartbeat", "built-in"})
"""Kinds that have no new result because we ask for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silencing:
    """What is known at one time: the checks, windows that were begun by hand, and those of the configuration."""

    roster: Roster
    windows: Mapping[str, ManualWindow]
    planned: PlannedWindows = field(default_factory=PlannedWindows, compare=False)

    def of(self, key: str, standings: Standings, now: datetime) -> QuietReason:
        """What keeps people from being told about this check."""
        check = self.roster.checks[key]
        return silence_of(
            self._supports(check, standings), standings[key], in_maintenance=self.is_maintained(check, now)
        )

    def by_window(self, check: CheckDefinition, now: datetime) -> QuietReason:
        """MAINTENANCE if the check is in a window."""
        return QuietReason.MAINTENANCE if self.is_maintained(check, now) else QuietReason.NONE

    def to_hasten(self, key: str, standings: Standings) -> frozenset[str]:
        """The checks that should run now, since this one fails."""
        return frozenset(to_hasten(self._supports(self.roster.checks[key], standings), standings[key]))

    def is_maintained(self, check: CheckDefinition, now: datetime) -> bool:
        """Whether the check is in a maintenance window."""
        return self.planned.end_of(check.maintenance.windows, now) is not None or any(self._manual(check, now))

    def with_window(self, window: ManualWindow) -> "Silencing":
        """With one more, in place of an earlier one of its scope."""
        return replace(self, windows={**self.windows, window.scope: window})

    def without(self, scope: str) -> "Silencing":
        """Without the window of this scope."""
        return replace(self, windows={key: each for key, each in self.windows.items() if key != scope})

    def manual(self, now: datetime) -> tuple[ManualWindow, ...]:
        """Those that were begun by hand and last."""
        return tuple(each for _, each in sorted(self.windows.items()) if is_manual(each, now))

    def ongoing(self, now: datetime) -> tuple[OngoingMaintenance, ...]:
        """The checks that are in a window now."""
        found = []
        for key, check in self.roster.checks.items():
            ends = [each.until for each in self._manual(check, now)]
            if (planned := self.planned.end_of(check.maintenance.windows, now)) is not None:
                ends.append(planned)
            if ends:
                known = [each for each in ends if each is not None]
                found.append(OngoingMaintenance(key=key, until=max(known) if len(known) == len(ends) else None))
        return tuple(found)

    def _manual(self, check: CheckDefinition, now: datetime) -> list[ManualWindow]:
        return [
            each for each in self.windows.values() if concerns(each, check.key, check.group) and is_manual(each, now)
        ]

    def _supports(self, check: CheckDefinition, standings: Standings) -> list[Support]:
        """What it depends on; in place of a check that does not run now, what that depends on."""
        found: dict[str, Support] = {}
        pending = list(check.depends_on)
        while pending:
            key = pending.pop()
            other = self.roster.checks.get(key)
            if other is None or key in found:
                continue
            standing = standings.get(key, CheckStanding(key=key))
            runs = not (other.disabled or standing.paused)
            answers = other.kind.value not in _REPORT_BY_THEMSELVES and not other.places
            found[key] = Support(standing=standing, runs=runs, answers=answers)
            if not runs:
                pending += other.depends_on
        return list(found.values())
