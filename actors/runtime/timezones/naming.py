"""Finds the zone that people mean. A zone is named by a place where people live, or is UTC or GMT.

An abbreviation (`EST`), an offset (`+02:00`) or a name that is no place (`Etc/GMT+5`, `Factory`) does not say when the
clocks change, or says another thing than its user thinks. None of them is taken; places are offered instead.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from types import MappingProxyType

from actors.runtime.timezones.known import zone_or_utc
from actors.runtime.timezones.spoken import (
    ABBREVIATIONS,
    AT_OFFSET,
    CITIES,
    COUNTRY_CODES,
    SEVERAL_PLACES,
    WRITTEN_OUT,
    ZONES_OF_COUNTRY,
)
from actors.runtime.timezones.tables import COUNTRIES, LINKS, PLACES, key_of

MAX_CHOICES = 7
MAX_NAME_CHARACTERS = 60
"""A longer text is no zone, and is not compared with those that there are."""

YEAR = 2026
"""Zones of one country whose clocks showed the same all through this year count as one."""

_REGIONS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
    "Pacific/",
)  # fmt: skip
_TREES = re.compile(r"(?:posix|right|systemv)/(.+)", re.IGNORECASE)
"""Copies of the whole list, with leap seconds or without, and names of System V."""

_TIME_OF = re.compile(r"(.+?)\s+(?:(?:standard|daylight|summer)\s+)?time", re.IGNORECASE)

_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_FILLER = re.compile(r"^(?:(?:is|to|in|at|for|the|=)\s+)+", re.IGNORECASE)

_UTC = frozenset({"utc", "z", "zulu", "uct", "universal", "coordinateduniversaltime", "universaltime", "utctime"})
_GMT = frozenset({"gmt", "greenwich", "gmt0", "greenwichmeantime", "gmttime"})
_ETC = re.compile(r"etc/", re.IGNORECASE)
_OFFSET = re.compile(r"(etc/)?(?:gmt|utc|z)?([-+])([0-9]{1,2})(?::?([0-9]{2}))?h?", re.IGNORECASE)
_UNSIGNED = re.compile(r"(?:gmt|utc)([0-9]{1,2})", re.IGNORECASE)
_ANY_OFFSET = re.compile(r"(?:[a-z]{1,5})?[-+][0-9]{1,2}(?::?[0-9]{2})?h?", re.IGNORECASE)
_MINUS = MappingProxyType(str.maketrans("\u2212\u2013\u2012\u2010\u2011", "-----"))
_NAMES_OF_NOTHING = frozenset({"factory", "localtime", "posixrules", "local", "system", "default", "leapseconds"})
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))  # spelling: as it stands
_NOT_WORDS = frozenset({"act", "acre", "east", "general", "lhi", "north", "nsw", "south", "west"})
"""Parts of names that mean nothing alone."""

HOW_TO = "Write it like Europe/Berlin or America/New_York."


class UnknownZone(ValueError):
    """The text names no zone, or several. `choices` are names of zones that may be meant."""

    def __init__(self, reason: str, choices: Iterable[str] = ()) -> None:
        self.choices = tuple(choices)
        super().__init__(f"{reason} {f'Did you mean {either(self.choices)}?' if self.choices else HOW_TO}")


def either(names: Iterable[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def zone_named(written: str, known: frozenset[str]) -> str:
    """The name of the zone that is meant, one of those that the system has (`known`). Raises UnknownZone."""
    said = _FILLER.sub("", " ".join(written.split()), count=1)
    for text in dict.fromkeys((said, _without_brackets(said))):
        _refuse_what_is_no_place(text)
        compact = text.replace(" ", "").translate(_MINUS)
        if (zone := _without_offset(compact) or _place(text, known)) is not None:
            return zone
    near = _near(said, known) if len(said) <= MAX_NAME_CHARACTERS else ()
    raise UnknownZone(f"I don't know the time zone {_quoted(said)}.", near)


def _without_brackets(said: str) -> str:
    """The text without what stands in brackets, as systems list zones: `(GMT-05:00) Eastern Time (US & Canada)`. If
    nothing else stands there, what is in the first ones."""
    if (found := _IN_BRACKETS.search(said)) is None:
        return said
    return " ".join(_IN_BRACKETS.sub(" ", said).split()) or found[1].strip()


def _refuse_what_is_no_place(said: str) -> None:
    """Raises UnknownZone for what looks like a zone's name but is no place."""
    if (copy := _TREES.fullmatch(said)) is not None:
        key = key_of(copy[1])
        copied = ABBREVIATIONS.get(key) or tuple(filter(None, (_by_name(copy[1]),)))
        raise UnknownZone(f"{_quoted(said)} isn't a place where people live.", copied)
    key = key_of(said)
    parts = key.split("/")  # CET/CEST
    if places := ABBREVIATIONS.get(parts[-1]) if set(parts) <= set(ABBREVIATIONS) else WRITTEN_OUT.get(key):
        raise UnknownZone(
            f"{_quoted(said)} isn't a place, so it doesn't say when the clocks change. Name a city instead.", places
        )
    if key in _NAMES_OF_NOTHING:
        raise UnknownZone(f"{_quoted(said)} isn't a place where people live. Name a city instead.")


def _without_offset(compact: str) -> str | None:
    """`UTC` or `GMT` if the text is one of their names. Raises UnknownZone for any other offset."""
    key = key_of(_ETC.sub("", compact, count=1))
    if (unsigned := _UNSIGNED.fullmatch(compact)) is not None and int(unsigned[1]):
        compact = f"{compact[:3]}+{unsigned[1]}"
    elif key in _UTC or (key == "utc0"):
        return "UTC"
    elif key in _GMT and not _OFFSET.fullmatch(compact):
        return "GMT"
    found = _OFFSET.fullmatch(compact)
    if found is None and _ANY_OFFSET.fullmatch(compact) is None:
        return None
    reason = f"{_quoted(compact)} doesn't follow daylight saving time. Name a city instead."
    if found is None:
        raise UnknownZone(reason)
    minutes = (int(found[3]) * 60 + int(found[4] or 0)) * (-1 if found[2] == "-" else 1)
    if not minutes and compact[:1] not in "+-":
        return "GMT" if "gmt" in compact.lower() else "UTC"
    if found[1] and minutes:  # POSIX counts what is behind UTC as positive
        behind = f"{abs(minutes) // 60} hour{'s' * (abs(minutes) != 60)} {'behind' if minutes > 0 else 'ahead of'} UTC"
        reason = f"{_quoted(compact)} is {behind} all year, and isn't a place. Name a city instead."
        minutes = -minutes
    raise UnknownZone(reason, AT_OFFSET.get(minutes, ()))


def _place(said: str, known: frozenset[str]) -> str | None:
    """The zone of a city, a country, or a name of the system's list. Raises UnknownZone for one of several."""
    for text in _spellings(said):
        if (zone := _by_name(text, known) or _by_city(text, known) or _by_country(text)) is not None:
            return zone
    city, _, region = (part.strip() for part in said.partition(","))
    code, regions = _code_of(region), _CITY_ZONES.get(key_of(region), ())
    there = [zone for zone in _CITY_ZONES.get(key_of(city), ()) if zone in regions or PLACES.get(zone) == (code or "")]
    return there[0] if len(there) == 1 else None


def _spellings(said: str) -> Iterator[str]:
    """The text; and without `time`, and without the `e` by which it may write an umlaut."""
    yield said
    if (place := _TIME_OF.fullmatch(said)) is not None:
        yield place[1]
    plain = key_of(said)
    for pair, letter in _UMLAUTS:
        plain = plain.replace(pair, letter)
    if plain != key_of(said):
        yield plain


def _by_name(said: str, known: frozenset[str] = frozenset()) -> str | None:
    """The zone of this name, in whatever case, under the name that it has today."""
    key = key_of(said)
    return (_NAMES.get(key) or _newer(known).get(key)) if "/" in key else None


def _by_city(said: str, known: frozenset[str]) -> str | None:
    key = key_of(said)
    newer = tuple(zone for zone in _newer(known).values() if _city_of(zone) == key)
    found = _CITY_ZONES.get(key, ()) or newer
    if len(found) > 1:
        raise UnknownZone(f"{_quoted(said)} could mean several time zones.", found[:MAX_CHOICES])
    return found[0] if found else None


def _newer(known: frozenset[str]) -> dict[str, str]:
    """By their keys, places that the system has and the package of zones has not."""
    others = (name for name in known if name.startswith(_REGIONS) and name not in PLACES and name not in LINKS)
    return {key_of(name): name for name in sorted(others)}


def _city_of(name: str) -> str:
    return key_of(name.rpartition("/")[2])


def _city_zones() -> dict[str, tuple[str, ...]]:
    """Key of each city to its zone, or to the zones of all cities of this name."""
    found: dict[str, tuple[str, ...]] = {}
    named = [(_city_of(name), zone) for name, zone in (*zip(PLACES, PLACES, strict=True), *LINKS.items())
             if name.startswith((*_REGIONS, "US/"))]  # fmt: skip
    for city, zone in (*named, *((key_of(city), zone) for city, zone in CITIES.items())):
        if city not in _NOT_WORDS and zone not in found.get(city, ()):
            found[city] = (*found.get(city, ()), zone)
    return {**found, **{key_of(name): zones for name, zones in SEVERAL_PLACES.items()}}


_NAMES: MappingProxyType[str, str] = MappingProxyType(
    {key_of(name): zone for name, zone in (*LINKS.items(), *zip(PLACES, PLACES, strict=True))}
)
_CITY_ZONES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(_city_zones())
_CODES: MappingProxyType[str, str] = MappingProxyType(
    {**COUNTRIES, **{key_of(name): code for name, code in COUNTRY_CODES.items()}}
)


def _by_country(said: str) -> str | None:
    code, key = _code_of(said), key_of(said)
    zones = _zones_of(code) if code else ()
    if len(zones) == 1:
        return zones[0]
    if "/" not in key and (linked := _NAMES.get(key)) is not None:
        return linked
    if zones:
        raise UnknownZone(f"{_quoted(said)} has several time zones. Name a city instead.", zones)
    return None


def _code_of(country: str) -> str | None:
    return _CODES.get(key_of(country))


def _zones_of(code: str) -> tuple[str, ...]:
    """The zones of a country; of those whose clocks agree, the first."""
    if code in ZONES_OF_COUNTRY:
        return ZONES_OF_COUNTRY[code]
    different: dict[tuple[object, ...], str] = {}
    for name, country in PLACES.items():
        if country == code:
            different.setdefault(_clock_of(name), name)
    return tuple(different.values())[:MAX_CHOICES]


def _clock_of(name: str) -> tuple[object, ...]:
    zone = zone_or_utc(name)
    return tuple(datetime(YEAR, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13))


def _near(said: str, known: frozenset[str]) -> tuple[str, ...]:
    """Zones whose names, or whose cities' names, look like this one; first those of a region after a comma."""
    place, _, region = said.partition(",")
    close = list(_CITY_ZONES.get(key_of(region), ()))  # Moscow, Idaho
    key = key_of(place if "," in said else said)
    names, city = {**_NAMES, **_newer(known)}, key.rpartition("/")[2]
    close += [zone for part in reversed(key.split("/")) for zone in _CITY_ZONES.get(part, ())]  # Europe/Cologne
    close += [names[each] for each in difflib.get_close_matches(key, names, n=3, cutoff=0.7)]
    alike = [each for each in _CITY_ZONES if each[:1] == city[:1]]
    cities = difflib.get_close_matches(city, alike, n=3, cutoff=0.75)
    close += [zone for city in cities for zone in _CITY_ZONES[city]]
    return tuple(dict.fromkeys(close))[:3]


def _quoted(said: str) -> str:
    return f"“{said if len(said) <= MAX_NAME_CHARACTERS else said[: MAX_NAME_CHARACTERS - 1] + '…'}”"
