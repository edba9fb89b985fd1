"""Parses a time that has a beginning: `from Dec 20 to Jan 5`. A mute cannot have one. Pure."""

import re
from dataclasses import replace

from actors.watchlist.commands.parse.parsed_commands import NotUnderstood
from actors.watchlist.commands.parse.times import timing
from actors.watchlist.commands.parse.times.until import TwoDates, Upcoming, typed, upcoming

MAX_STRETCH_LENGTH = 100
"""Characters at the end of a text in which such a time is searched."""

MAX_WORDS_OF_A_DAY = 6

_BETWEEN = re.compile(r"\s*(?:\s-\s|(?<=[0-9a-z.])-(?=[a-z])|\b(?:to|until|till|through|thru|and)\b)\s*", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:^|\s)(?:from|between|starting(?:\s+(?:on|from))?|beginning|on|as\s+of|until|till)\s*$", re.IGNORECASE
)
_FROM_NOW = re.compile(
    r"(?:^|(?<=\s))(?:(?:from|starting(?:\s+from)?|beginning|as\s+of)\s+(?:right\s+)?(?:now|today|tonight)(?:\s+on)?,?\s+"
    r"(?:(?:to|until|till|through|thru|-)\s+|(?=for\s))"
    r"|(?:right\s+)?(?:now|today|tonight),?\s+(?:until|till|through|thru)\s+|between\s+(?:now|today|tonight)\s+and\s+)(?=\S)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\btitles?\s?:", re.IGNORECASE)

_HOURS = re.compile(
    r"(?:(?:all|everything)\s+)?(?:(?:from|between)\s+)?"
    rf"({timing.CLOCK})\s*(?:-|\b(?:to|and|until|till)\b)\s*({timing.CLOCK})[\s.]*",
    re.IGNORECASE,
)


def hours_of_each_day(rest: str) -> NotUnderstood | None:
    """What to say where hours are to be muted: `10-12` may be those of each day, or of today. Raises
    timing.InvalidTime."""
    if len(rest) > MAX_STRETCH_LENGTH or (found := _HOURS.fullmatch(rest)) is None:
        return None
    begin, end = map(timing.clock, timing.span(found[1], found[2]))
    return NotUnderstood(
        detail="A mute begins now and ends once, so I haven't muted anything. Quiet hours come every day.",
        choices=(f"quiet {begin}-{end}",),
        about="mute",
    )


def is_title(written: str) -> bool:
    """Whether days at the end of a text are words of a title: behind its mark, or in quotes."""
    if '"' in written:
        return written.rstrip("?!. ").endswith('"')
    return _TITLE.search(written) is not None


def from_now(rest: str) -> str:
    """What is to be muted, and until when, without a beginning that is now. Raises UnclearTime if it begins later, with
    the commands that end it then."""
    begun = max(len(rest) - MAX_STRETCH_LENGTH, 0)
    if (now := _FROM_NOW.search(rest, begun)) is not None:
        word = re.findall(r"\w+", now[0].lower())[-1]
        last = "through " if word in ("through", "thru") else "until "
        until = "" if rest[now.end() :].lower().startswith("for ") else last
        return f"{rest[: now.start()]}{until}{rest[now.end() :]}"
    for between in _BETWEEN.finditer(rest, begun):
        ends = _days(rest[between.end() :], is_over=between[0].strip().lower() not in ("until", "till", "and"))
        before = _before(rest[begun : between.start()]) if ends else None
        if before is not None:
            what = f"{rest[:begun]}{before}".strip() or "all"
            raise timing.UnclearTime(
                "A mute begins now, so I haven't muted anything yet.", tuple(f"{what} until {end}" for end in ends)
            )
    return rest


def _before(text: str) -> str | None:
    """What stands before the day that ends a text; None if there is none."""
    starts = [found.start() for found in re.finditer(r"\S+", text)][-MAX_WORDS_OF_A_DAY:]
    start = next((start for start in starts if _days(text[start:])), None)
    if start is None or (not start and not any(letter.isdigit() for letter in text)):
        return None  # a name, like May
    return _BEGINS.sub("", text[:start])


def _days(text: str, *, is_over: bool = False) -> tuple[str, ...]:
    """The day that a text is, as it can be typed after `until`; both if it may be two, none if it is no day. A weekday
    that `is_over` when the mute ends is the last one of it: the next day is typed."""
    said = text.strip(" ,!?")
    try:
        day = upcoming(said, timing.minutes) or upcoming(said.rstrip("."), timing.minutes)
    except TwoDates as two:
        return two.choices
    except ValueError:
        return ()
    if is_over and isinstance(day, Upcoming) and day.weekday is not None and not day.minutes:
        day = replace(day, weekday=(day.weekday + 1) % 7)
    return (typed(day),) if day is not None else ()
