"""The options of the commands, as data, and how their values are read. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from actors.runtime.engine.bases import refusal_of_base

_UNITS: Mapping[str, float] = MappingProxyType({"h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0})

MOST_DAYS = 400
"""How far back a report can go."""

MOST_SECONDS = 86_400.0
"""How long a demo can be told to last: a day."""


class NotAValue(ValueError):
    """What an option was given is not what it takes; the text says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option. `metavar` stands for its value in help; empty: the option is a switch and takes none. `choices` are
    looked up when the option's command is the one that was typed."""

    about: str
    metavar: str = ""
    read: Callable[[str], Any] = str
    is_repeated: bool = False
    choices: Callable[[], tuple[str, ...]] | None = None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAValue(f"it takes a date such as 2024-01-31, not {text!r}") from None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.001 <= share <= 100:
        raise NotAValue(f"it takes a number from 0.001 to 100, not {text!r}")
    return share


def _limit(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise NotAValue(f"it takes a number from 1 to 1000, not {text!r}")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotAValue(f"it takes a whole number, not {text!r}") from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MOST_SECONDS:
        raise NotAValue(f"it takes a number of seconds, at most {MOST_SECONDS:,.0f}, not {text!r}")
    return seconds


def _time(text: str) -> float:
    unit = _UNITS.get(text[-1:], 0.0)
    seconds = int(text[:-1]) * unit if text[:-1].isdecimal() else 0.0
    if not 0 < seconds <= MOST_DAYS * 86_400:
        raise NotAValue(f"it takes a time such as 24h, 30d or 8w, of up to {MOST_DAYS} days, not {text!r}")
    return seconds


def _strategies() -> tuple[str, ...]:
    from actors.replay.simulation.strategies import STRATEGIES  # nothing but a replay needs the simulation

    return STRATEGIES


def _base(text: str) -> str:
    if why := refusal_of_base(text):
        raise NotAValue(why)
    return text


OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        "config": Option(about="your configuration file", metavar="FILE", read=Path),
        "user": Option(
            about="the Slack user ID of the person whose list it is: in Slack, the profile, ⋮, Copy member ID",
            metavar="ID",
        ),
        "json": Option(about="print JSON"),
        "limit": Option(about="show at most N (default 50, at most 1000)", metavar="N", read=_limit),
        "watch": Option(about="show it again every two seconds, until Ctrl-C"),
        "check": Option(about="print one line and exit with 0 (well), 1 (not well) or 2 (no service answers)"),
        "explain": Option(about="send no request; show what is known about the number, and why it is asked when it is"),
        "sources": Option(about="show which source says what, and since when"),
        "since": Option(about="how far back: 24h, 30d, 8w (default 30d)", metavar="TIME", read=_time),
        "output": Option(about="where to write it (default callboard-report.html)", metavar="FILE", read=Path),
        "base": Option(about="simpleSystemBase or multiprocTCPBase", metavar="BASE", read=_base),
        "seconds": Option(about="stop after N seconds", metavar="N", read=_seconds),
        "index": Option(about="an index of papers, .json or .json.gz", metavar="FILE", read=Path),
        "from": Option(about="the first day, such as 2024-01-01", metavar="DATE", read=_day),
        "to": Option(about="the last day", metavar="DATE", read=_day),
        "strategy": Option(
            about="only this strategy (may be repeated)", metavar="NAME", is_repeated=True, choices=_strategies
        ),
        "share": Option(
            about="the budget, as a share of the two-frequency strategy's requests (default 1)",
            metavar="X",
            read=_share,
        ),
        "seed": Option(about="seed for the times of day and the file names (default 0)", metavar="N", read=_whole),
        "hours": Option(
            about="the hours of the day (UTC) at which drafts appear: a JSON list of 24 weights (default: all alike)",
            metavar="FILE",
            read=Path,
        ),
        "replace": Option(about="delete what the database has of Callboard's first"),
        "plot": Option(about="also draw the delays as a PNG file", metavar="FILE", read=Path),
    }
)
