"""How the page writes times, durations and counts. Pure."""

from datetime import UTC, datetime

from markupsafe import Markup, escape

from actors.web.model.views import EventKind

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MONTH_DAYS, _YEAR_DAYS = 30.4, 365.25

HAPPENINGS: tuple[tuple[EventKind, str], ...] = (
    (EventKind.DRAFT_FOUND, "draft found"),
    (EventKind.DRAFT_READ, "draft read"),
    (EventKind.DRAFT_UPDATED, "draft updated"),
    (EventKind.DRAFT_WITHDRAWN, "draft withdrawn"),
    (EventKind.DRAFT_PUBLISHED, "became a paper"),
    (EventKind.PAPER_ADDED, "new paper"),
    (EventKind.MAILING_PUBLISHED, "new mailing"),
    (EventKind.PROBLEM_BEGAN, "problem"),
    (EventKind.PROBLEM_RESOLVED, "resolved"),
    (EventKind.CHECK_DOWN, "down"),
    (EventKind.CHECK_WARNING, "warning"),
    (EventKind.CHECK_UP, "up"),
)


def moment(at: datetime | None) -> Markup | str:
    """A time element in UTC, which the browser may show in its own zone."""
    if at is None:
        return "not yet"
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        utc.isoformat(timespec="seconds").replace("+00:00", "Z"), f"{utc:%Y-%m-%d %H:%M} UTC"
    )


def duration(seconds: float | None) -> str:
    """In one or two units, rounded: `42 s`, `12 min`, `3 h 20 min`, `9 days`."""
    if seconds is None:
        return ""
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    if round(seconds) < _MINUTE:
        return f"{seconds:.0f} s"
    if round(seconds / _MINUTE) < _HOUR // _MINUTE:
        return f"{seconds / _MINUTE:.0f} min"
    if seconds < 2 * _DAY:
        hours, minutes = divmod(round(seconds / _MINUTE), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{seconds / _DAY:.0f} days"


def brief(seconds: float) -> str:
    """A response time: `12 ms`, `2.1 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def percent(share: float) -> str:
    """`99.95 %`; it is `100 %` only if nothing failed."""
    return f"{int(share * 10_000 + 1e-6) / 100:g} %"


def size(number: int | None) -> str:
    """Bytes in a unit that fits: `812 bytes`, `40 kB`, `1.2 MB`."""
    if number is None:
        return ""
    if number < 1000:
        return f"{number} {'byte' if number == 1 else 'bytes'}"
    return f"{number / 1000:.0f} kB" if number < 999_500 else f"{number / 1_000_000:.1f} MB"


def chance(a_day: float) -> str:
    """How often something is expected of which there are so many a day: `once in 12 days`, `3 times a day`."""
    if a_day < 1 / (100 * _YEAR_DAYS):
        return "hardly ever"
    days = 1 / a_day
    if round(a_day) > 1:
        return f"{a_day:.0f} times a day"
    if days < 1.5:
        return "once a day"
    if days < 60:
        return f"once in {days:.0f} days"
    if days < 2 * _YEAR_DAYS:
        return f"once in {days / _MONTH_DAYS:.0f} months"
    return f"once in {days / _YEAR_DAYS:.0f} years"


def share(part: int, whole: int) -> str:
    """In percent: `12 %`, `less than 1 %`; `100 %` is all of it."""
    percent = 100 * part / max(whole, 1)
    if 0 < percent < 1:
        return "less than 1 %"
    return "more than 99 %" if 99.5 <= percent < 100 else f"{percent:.0f} %"


def counted(number: int, one: str, many: str) -> str:
    """`1 draft`, `2,000 drafts`."""
    return f"{number:,} {one if number == 1 else many}"


def happening(kind: EventKind) -> str:
    """What a line of the timeline begins with."""
    return dict(HAPPENINGS)[kind]


def names(authors: tuple[str, ...]) -> Markup | str:
    """Authors, the first ones where there are many."""
    shown = authors if len(authors) <= 6 else (*authors[:5], f"{len(authors) - 5} more")
    return escape(", ".join(shown)) if shown else "author unknown"
