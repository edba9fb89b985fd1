"""How the maintenance windows of checks are read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import yaml

from config.check_nodes import WrongValue, either, parts_of, plain, read_each
from config.cron import cron_expression
from config.values import duration
from config.yaml_values import said_of
from messages.maintenance import CronWindow, MaintenanceWindow, OnceWindow, WeeklyWindow

KEYS = ("from", "until", "days", "time", "cron", "duration", "timezone")

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LONGEST_SECONDS = 7 * 86_400.0
"""Of a window that comes again."""

DAY_MINUTES = 24 * 60

_FORMS = "write from and until; or days, time and duration; or cron and duration"


def read_windows(node: yaml.Node) -> tuple[MaintenanceWindow, ...]:
    """A list of windows, or a single one. Raises WrongValue."""
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return read_each(items, _window)


def _window(node: yaml.Node) -> MaintenanceWindow:
    if not isinstance(node, yaml.MappingNode):
        raise WrongValue(f"expected a window, not {said_of(node)}; {_FORMS}")
    parts = parts_of(node, KEYS, _FORMS)
    zone = _zone(parts)
    if "cron" in parts:
        schedule, length = _cron(_alone(parts, "cron")), _length(parts)
        _refuse_endless(_times_of_each_day(schedule), 1, length)
        return CronWindow(schedule=schedule, duration=length, timezone=zone)
    if "from" in parts or "until" in parts:
        return _once(parts, zone)
    if "time" in parts:
        days, minute, length = _days(parts), _minute(parts["time"]), _length(parts)
        _refuse_endless([day * DAY_MINUTES + minute for day in days], 7, length)
        return WeeklyWindow(days=days, minute=minute, duration=length, timezone=zone)
    raise WrongValue(f"that is no window; {_FORMS}")


def _refuse_endless(begins: Sequence[int], days: int, seconds: float) -> None:
    """Raises WrongValue for a window whose next time always comes before it is over. It begins at these minutes of so
    many days."""
    following = [*begins[1:], *(begin + days * DAY_MINUTES for begin in begins[:1])]
    if begins and all((after - begin) * 60 <= seconds for begin, after in zip(begins, following, strict=True)):
        raise WrongValue(
            "this window never ends: its next time comes before it is over, and nobody would ever be told. Make its"
            " duration shorter, or switch the check off by disabled: true"
        )


def _times_of_each_day(schedule: str) -> list[int]:
    """The minutes at which a schedule begins on every day; none if it leaves days out."""
    from cronsim import CronSim

    cron = CronSim(schedule, datetime(2026, 1, 1, tzinfo=UTC))
    is_daily = schedule.split()[2:] == ["*", "*", "*"]
    return sorted(hour * 60 + minute for hour in cron.hours for minute in cron.minutes) if is_daily else []


def _once(parts: dict[str, yaml.Node], zone: str) -> OnceWindow:
    if "from" not in parts or "until" not in parts or set(parts) - {"from", "until", "timezone"}:
        raise WrongValue("from goes with until, and with timezone")
    since, until = (_moment(parts[name], name, zone) for name in ("from", "until"))
    if until <= since:
        raise WrongValue("until: it must be after from")
    return OnceWindow(since=since, until=until)


def _alone(parts: dict[str, yaml.Node], name: str) -> str:
    if others := set(parts) - {name, "duration", "timezone"}:
        raise WrongValue(f"{name} goes with duration and timezone, not with {either(sorted(others))}")
    return plain(parts[name]).strip()


def _moment(node: yaml.Node, name: str, zone: str) -> datetime:
    """With an offset from UTC, or by the clock of the zone."""
    try:
        at = datetime.fromisoformat(plain(node).strip())
        return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongValue(f"{name}: expected a time such as 2026-12-24 18:00") from None


def _days(parts: dict[str, yaml.Node]) -> tuple[int, ...]:
    if "days" not in parts:
        return tuple(range(7))
    node = parts["days"]
    found = set()
    for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        said = plain(item).strip().lower()
        fitting = [number for number, day in enumerate(DAYS) if len(said) >= 2 and day.startswith(said)]
        if len(fitting) != 1:
            raise WrongValue(f"days: expected {either(DAYS)}")
        found.add(fitting[0])
    if not found:
        raise WrongValue(f"days: expected {either(DAYS)}")
    return tuple(sorted(found))


def _minute(node: yaml.Node) -> int:
    hours, colon, minutes = plain(node).strip().partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise WrongValue("time: expected a time of day such as 02:30")
    if int(hours) > 23 or int(minutes) > 59:
        raise WrongValue("time: expected a time of day from 00:00 to 23:59")
    return int(hours) * 60 + int(minutes)


def _length(parts: dict[str, yaml.Node]) -> float:
    if "duration" not in parts:
        raise WrongValue("duration is missing: write how long the window is, such as 2h")
    seconds = duration(plain(parts["duration"]))
    if seconds is None or not 0 < seconds <= LONGEST_SECONDS:
        raise WrongValue("duration: expected a duration such as 30m or 2h, of at most 7d")
    return seconds


def _cron(text: str) -> str:
    try:
        return cron_expression(text, (5,))
    except WrongValue as error:
        raise WrongValue(f"cron: expected five fields such as 30 2 * * sun: {error}") from None


def _zone(parts: dict[str, yaml.Node]) -> str:
    if "timezone" not in parts:
        return "UTC"

    from actors.runtime.timezones import known  # they read the names of all zones, and most installations need none
    from actors.runtime.timezones.naming import UnknownZone, zone_named
    from actors.runtime.timezones.naming import either as either_zone

    try:
        return zone_named(plain(parts["timezone"]).strip(), known.names())
    except UnknownZone as error:
        hint = f"; did you mean {either_zone(error.choices)}?" if error.choices else ""
        raise WrongValue(f"timezone: expected a time zone such as Europe/Berlin{hint}") from None
