"""Reads an index for a replay: the object of wg21.link, as JSON, gzipped or not."""

import gzip
import zlib
from datetime import date
from pathlib import Path

import msgspec

from actors.index.entries.decoding import NotAnIndex, decode_entry, slices
from actors.replay.simulation.arrivals import span
from actors.replay.simulation.replay import HOURS
from messages.papers import Paper


class ReplayRefused(Exception):
    """The replay cannot be done; the text says why."""


def read(file: Path) -> tuple[Paper, ...]:
    """The papers of an index. Raises ReplayRefused."""
    try:
        body = file.read_bytes()
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        entries = [decode_entry(id, entry) for some in slices(body) for id, entry in some.items()]
    except OSError as error:
        raise ReplayRefused(f"{file} cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error) as error:
        raise ReplayRefused(f"{file} is truncated or damaged: {error}") from error
    except NotAnIndex as error:
        raise ReplayRefused(f"{file} is not an index: {error}") from error
    return tuple(entry for entry in entries if isinstance(entry, Paper))


def hours(file: Path) -> tuple[float, ...]:
    """The weights of the hours of a day (UTC): a JSON list of 24 numbers, none negative. Raises ReplayRefused."""
    try:
        weights = msgspec.json.decode(file.read_bytes(), type=list[float])
    except OSError as error:
        raise ReplayRefused(f"{file} cannot be read: {error.strerror or error}") from error
    except msgspec.DecodeError as error:
        raise ReplayRefused(f"{file} is not a JSON list of 24 numbers: {error}") from error
    if len(weights) != HOURS or min(weights) < 0 or not sum(weights) > 0:
        raise ReplayRefused(f"{file} needs {HOURS} numbers, one for each hour of the day (UTC), none of them negative")
    return tuple(HOURS * weight / sum(weights) for weight in weights)


def days(file: Path, papers: tuple[Paper, ...], first: date, last: date) -> tuple[int, int]:
    """The days to replay, as ordinals. Raises ReplayRefused if they are out of order or the index has none of them."""
    if first > last:
        raise ReplayRefused(f"--from {first} is after --to {last}")
    within = span(papers)
    if within is None:
        raise ReplayRefused(f"{file} has no P paper with a date")
    if last.toordinal() < within[0] or first.toordinal() > within[1]:
        dated = " to ".join(str(date.fromordinal(day)) for day in within)
        raise ReplayRefused(f"the papers of {file} are dated {dated}; none appears from {first} to {last}")
    return first.toordinal(), last.toordinal()
