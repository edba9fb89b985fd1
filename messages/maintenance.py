"""Maintenance windows: times in which nobody is told about checks, by plan (in the configuration) or begun by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceWindow:
    """From `since` until `until`, once."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyWindow:
    """On these `days` (0 is Monday), `minute` minutes after midnight in `timezone`, for `duration` seconds."""

    days: tuple[int, ...]
    minute: int
    duration: float
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CronWindow:
    """Whenever `schedule`, an expression of cron with five fields, says so in `timezone`, for `duration` seconds."""

    schedule: str
    duration: float
    timezone: str


MaintenanceWindow = OnceWindow | WeeklyWindow | CronWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePlan:
    """The windows of the configuration, by their kind."""

    once: tuple[OnceWindow, ...] = ()
    weekly: tuple[WeeklyWindow, ...] = ()
    by_cron: tuple[CronWindow, ...] = ()

    @property
    def windows(self) -> tuple[MaintenanceWindow, ...]:
        """All of them."""
        return (*self.once, *self.weekly, *self.by_cron)

    @classmethod
    def of(cls, windows: Iterable[MaintenanceWindow]) -> "MaintenancePlan":
        """Of windows of any kind."""
        known = tuple(windows)
        return cls(
            once=tuple(each for each in known if isinstance(each, OnceWindow)),
            weekly=tuple(each for each in known if isinstance(each, WeeklyWindow)),
            by_cron=tuple(each for each in known if isinstance(each, CronWindow)),
        )


NO_MAINTENANCE = MaintenancePlan()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualWindow:
    """One that an operator (`by`) began, `since` when; `until` None: until somebody ends it. `scope` is a check's key,
    `group/` for a group, or empty for all checks."""

    scope: str
    since: datetime
    until: datetime | None
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OngoingMaintenance:
    """A check that is in maintenance now; `until` None: until somebody ends it."""

    key: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginMaintenance:
    """Command: nobody is told about these checks for `seconds`; None: until EndMaintenance. `what` is a check's key or
    unique name, a group (`infra` or `infra/`), or `all`."""

    request_id: str
    what: str
    seconds: float | None
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMaintenance:
    """Command: end what was begun by hand for exactly this."""

    request_id: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMaintenance:
    """Query: what was begun by hand, and which checks are in maintenance now, for whatever reason."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceListed:
    """Reply to each of them."""

    request_id: str
    windows: tuple[ManualWindow, ...]
    checks: tuple[OngoingMaintenance, ...]
