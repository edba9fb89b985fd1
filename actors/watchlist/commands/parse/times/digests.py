"""Parses what follows `digest`: days and times, how each is sent, and what a digest cannot be. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from types import MappingProxyType

from actors.watchlist.commands.parse.parsed_commands import (
    DigestCommand,
    DigestStyleCommand,
    Every,
    NotUnderstood,
    ParsedCommand,
    SimpleCommand,
)
from actors.watchlist.commands.parse.times import timing
from actors.watchlist.commands.parse.times.parts_of_day import MAX_LENGTH, with_clocks
from actors.watchlist.commands.parse.times.timing import InvalidTime
from actors.watchlist.commands.parse.times.until import DAY_MINUTES
from actors.watchlist.commands.parse.times.weekdays import (
    ALL_DAYS,
    ItemKind,
    LineItem,
    days_typed,
    digest_times,
    digest_typed,
    items,
    meant_day,
)
from actors.watchlist.commands.parse.times.zones import OFF, stray, zone_in
from messages.commands import Delivery, DigestStyle

MAX_DIGESTS_A_DAY = 24

NOW = "now"
_AT_ONCE = frozenset({"immediate", "immediately", "instant", "instantly", "at once", "right away"})
_STYLES = MappingProxyType(
    {
        **dict.fromkeys(
            ("each", "one each", "as one each", "one by one", "separate", "separately", "each separately",
             "as separate messages", "separate messages", "individually", "one message each", "as one message each",
             "one message per notice"),
            DigestStyle.EACH,
        ),
        **dict.fromkeys(
            ("as one", "as one message", "as a single message", "in one", "in one message", "in a single message",
             "one message", "single message", "together"),
            DigestStyle.ONE,
        ),
    }
)  # fmt: skip
LONGEST_STYLE_WORDS = 4


def digest(rest: str, zones: frozenset[str]) -> ParsedCommand:
    """`daily 09:00 Europe/Berlin`, `mon,wed,fri 09:00`, `weekdays 9am and 5pm`, `off`; `one each` or `as one`, alone,
    before it or after it. Raises timing.InvalidTime."""
    rest = with_clocks(_OR_SO.sub("", rest))
    others, style = _style(rest.strip(" .!"))
    if style is None:
        return _digest_at(rest, zones)
    if not others:
        return DigestStyleCommand(style=style)
    parsed = _digest_at(others, zones)
    return replace(parsed, style=style) if isinstance(parsed, DigestCommand) else parsed


def _style(line: str) -> tuple[str, DigestStyle | None]:
    """The line without the words at its end or beginning that say how a digest is sent, and what they say; None if
    there are none."""
    words = line.split()
    for count in range(min(LONGEST_STYLE_WORDS, len(words)), 0, -1):
        for said, others in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            style = _STYLES.get(" ".join(said).lower().strip(",;"))
            begins_with_each = others == words[1:] and said == words[:1] and said[0].lower() == "each"  # each Monday
            if style is not None and not (others and begins_with_each):
                return " ".join(others).strip(",; "), style
    return line, None


def _digest_at(rest: str, zones: frozenset[str]) -> ParsedCommand:
    said = rest.lower().strip(" .!")
    if not said:
        return SimpleCommand.SETTINGS
    if said == NOW:
        return NotUnderstood(
            detail="A digest comes at its time, so nothing has changed. You can see the latest papers now, or end the"
            " digest.",
            choices=("recent", "digest off"),
            about="digest",
        )
    if (refusal := _other_rhythm(said)) is not None:
        return refusal
    if said in OFF or said in _AT_ONCE:
        return DigestCommand(delivery=Delivery.IMMEDIATE)
    rest = _AGAIN_A_DAY.sub("daily", rest)
    if (times := _excepted_times(rest)) is not None:
        return times
    rest = _without_excepted(rest)
    found = tuple(items(rest.strip(" .!")))
    kinds = {item.kind for item in found}
    if kinds.isdisjoint(
        (ItemKind.DAYS, ItemKind.TIME, ItemKind.STRETCH, ItemKind.SPAN, ItemKind.DAILY, ItemKind.WEEKLY)
    ):
        if any(meant_day(item.text) for item in found):
            return stray("digest", rest.strip(" .!"), found)
        return _no_digest("A digest is daily, weekly, on the days that you name, or off.")
    if {ItemKind.DAILY, ItemKind.WEEKLY} <= kinds:
        return _no_digest("A digest is daily or weekly, not both.")
    if not kinds.isdisjoint((ItemKind.SPAN, ItemKind.STRETCH)):
        return _no_digest("A digest comes at a time of day. For hours without notices, type quiet.")
    zone = zone_in("digest", rest.strip(" .!"), found, zones)
    return zone if isinstance(zone, NotUnderstood) else _digest(found, kinds, zone)


_OTHER_RHYTHM = re.compile(
    r"\b(?:(?:every|each)\s+(?:other|second|third|few|(?:[2-9]|[1-9][0-9]|two|three|four)\s+(?:days|weeks))"
    r"|bi-?weekly|fortnight(?:ly)?|monthly|months?|quarterly|yearly|annual(?:ly)?|hours?|hourly)\b"
)
_OR_SO = re.compile(r"\s+or so(?![\w-])", re.IGNORECASE)
_AGAIN_A_DAY = re.compile(
    r"\b(?:twice|(?:two|three|four|2|3|4)\s+times|thrice)\s+(?:a|per|each|every)\s+day\b", re.IGNORECASE
)
_EXCEPT = re.compile(
    r"^(.*?),?\s+(?:except(?:\s+for)?|excluding|but\s+not|but|without|not)\s+(?:on\s+)?(\S.*)$", re.IGNORECASE
)


def _other_rhythm(said: str) -> NotUnderstood | None:
    """Why a digest cannot come every hour or month, and the times that `twice a day` needs."""
    if (other := _OTHER_RHYTHM.search(said)) is not None:
        is_often = "hour" in other[0] or "hour" in said
        times = "daily 09:00 13:00 17:00" if is_often else "weekly Monday 09:00"
        return _no_digest("A digest comes on days of the week, at the times that you name.", f"digest {times}")
    if (again := _AGAIN_A_DAY.search(said)) is not None and not re.search(r"[0-9]|noon|midnight", said[again.end() :]):
        return _no_digest("Name the times of the digest.", "digest daily 09:00 17:00")
    return None


def _excepted(line: str) -> tuple[tuple[LineItem, ...], tuple[LineItem, ...]] | None:
    """What is kept and what is left out, if that is only days and times."""
    found = _EXCEPT.fullmatch(line.strip(" .!")) if len(line) <= MAX_LENGTH else None
    if found is None:
        return None
    kept, left_out = tuple(items(found[1])), tuple(items(found[2]))
    is_known = all(item.kind in (ItemKind.DAYS, ItemKind.SEPARATOR, ItemKind.TIME) for item in left_out)
    return (kept, left_out) if is_known else None


def _excepted_times(line: str) -> NotUnderstood | None:
    """What to say where a time is left out: `9:00 not 10:00`. The time of `daily except Monday 9:00` is kept: no other
    one is there, and it stands behind the days."""
    if (both := _excepted(line)) is None:
        return None
    kept, left_out = both
    kinds = [item.kind for item in left_out if item.kind is not ItemKind.SEPARATOR]
    runs = [kind for kind, _ in groupby(kinds)]
    kept_minutes = [minute for item in kept for minute in item.minutes]
    if ItemKind.TIME not in kinds or (not kept_minutes and runs == [ItemKind.DAYS, ItemKind.TIME]):
        return None
    excepted = {day for item in left_out for day in item.days}
    days = {day for item in kept for day in item.days} or set(ALL_DAYS)
    typed = digest_typed(digest_times([(days - excepted, kept_minutes)])) if kept_minutes and days - excepted else ""
    return _no_digest(
        "I can't tell which times you mean. Name the days and times at which a digest is to come.",
        f"digest {typed or 'mon 09:00, wed 17:00'}",
    )


def _without_excepted(line: str) -> str:
    """`daily 9:00 except weekends` with the days that are left."""
    if (both := _excepted(line)) is None:
        return line
    kept, left_out = both
    kept += tuple(item for item in left_out if item.kind is ItemKind.TIME)
    excepted = {day for item in left_out for day in item.days}
    named = {day for item in kept for day in item.days} or set(ALL_DAYS)
    days = tuple(sorted(named - excepted))
    others = " ".join(
        item.text for item in kept if item.kind not in (ItemKind.DAYS, ItemKind.DAILY, ItemKind.SEPARATOR)
    )
    return f"{days_typed(days)} {others}" if days else line


def _digest(found: Sequence[LineItem], kinds: set[ItemKind], zone: str | None) -> ParsedCommand:
    wanted = [item for item in found if item.kind in (ItemKind.DAYS, ItemKind.TIME)]
    runs = [(kind, tuple(run)) for kind, run in groupby(wanted, key=lambda item: item.kind)]
    if (unclear := _later_half(wanted)) is not None:
        return unclear
    days = tuple(sorted({day for item in wanted for day in item.days}))
    minutes = tuple(sorted({minute for item in wanted for minute in item.minutes}))
    if len(minutes) > MAX_DIGESTS_A_DAY:
        raise InvalidTime(f"There can be up to {MAX_DIGESTS_A_DAY} digests a day.")
    if days and days != ALL_DAYS and any(item.text.startswith("24") for item in wanted):
        raise InvalidTime("24:00 is the beginning of the next day. Name that day, and write 00:00.")
    if sum(kind is ItemKind.DAYS for kind, _ in runs) > 1:
        return _by_groups(runs, zone)
    every = {ItemKind.WEEKLY: Every.WEEK, ItemKind.DAILY: Every.DAY}
    said = next((often for kind, often in every.items() if kind in kinds), Every.ANY)
    return DigestCommand(delivery=Delivery.DIGEST, days=days, minutes=minutes, every=said, zone=zone)


def _later_half(wanted: Sequence[LineItem]) -> NotUnderstood | None:
    """What to ask of `9 and 5`: the later one may be of the morning or of the afternoon."""
    for before, item in pairwise(wanted):
        if before.kind is not ItemKind.TIME or item.kind is not ItemKind.TIME:
            continue
        is_bare = item.text.isdigit() and 1 <= int(item.text) <= 11 and not item.text.startswith("0")
        is_of_24 = ":" in before.text or "." in before.text.rstrip(".") or before.minutes[0] >= 13 * 60
        if is_bare and not is_of_24 and item.minutes < before.minutes:
            named = tuple(sorted({day for each in wanted for day in each.days}))
            when = days_typed(named) if named and named != ALL_DAYS else "daily"
            others = {each.minutes[0] for each in wanted if each.kind is ItemKind.TIME and each is not item}
            both = (sorted({*others, minute}) for minute in (item.minutes[0] + DAY_MINUTES // 2, item.minutes[0]))
            return NotUnderstood(
                detail=f"I can't tell whether {item.text} is in the morning or in the afternoon.",
                choices=tuple(f"digest {when} {' '.join(map(timing.clock, times))}" for times in both),
            )
    return None


def _by_groups(runs: Sequence[tuple[ItemKind, tuple[LineItem, ...]]], zone: str | None) -> ParsedCommand:
    """Days with times of their own: `mon 09:00, wed 17:00`, or `09:00 mon, 17:00 wed`."""
    if len(runs) % 2:
        return _no_digest("I can't tell which times belong to which days.", "digest mon 09:00, wed 17:00")
    pairs = []
    for (_, first), (_, second) in zip(runs[::2], runs[1::2], strict=True):
        both = (*first, *second)
        pairs.append(([day for item in both for day in item.days], [each for item in both for each in item.minutes]))
    return DigestCommand(delivery=Delivery.DIGEST, times=digest_times(pairs), zone=zone)


def _no_digest(detail: str, suggestion: str = "digest daily 09:00") -> NotUnderstood:
    return NotUnderstood(detail=detail, suggestion=suggestion, about="digest")
