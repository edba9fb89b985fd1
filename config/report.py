"""What the readers of the configuration find: raw values with their source, faults and warnings."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.declaration import variable_of


class ConfigurationError(Exception):
    """What is wrong in the configuration, one line each: where, which key, what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A raw value and where it comes from. A relative path is relative to `base`."""

    value: Any
    source: str
    base: Path


@dataclass(frozen=True, slots=True)
class ConfigurationReport:
    """Faults and warnings, collected while everything is read: all of them are said at once. One line each."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def unknown_key(where: str, name: str, known: Iterable[str]) -> str:
    """The fault of a name that is no key, with the known name that comes nearest."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"{where}: {name}: unknown key" + (f"; did you mean {near[0]}?" if near else "")


def misplaced_secret(where: str, name: str) -> str:
    """The fault of a secret that stands in a file."""
    return (
        f"{where}: {name}: a secret does not belong in this file; set {variable_of(name)} in the environment, or name a"
        f" file that holds it in {name}_file"
    )
