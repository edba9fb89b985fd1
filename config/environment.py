"""Reads the environment: DATABASE_URL, and a variable CALLBOARD_... for each key."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.declaration import DECLARED, PREFIX, RENAMED, SECRETS, variable_of
from config.report import ConfigurationReport, Setting
from messages.settings import SettingKind

VARIABLES: MappingProxyType[str, str] = MappingProxyType({variable_of(name): name for name in (*DECLARED, *RENAMED)})
"""Variable to key, old names included."""

_NEAR = 0.8
"""How similar to one of ours, from 0 to 1, a variable is that is taken for a slip: one underscore instead of two is."""

_INJECTED_VALUE = re.compile(r"(?:tcp|udp|sctp)://")
"""Kubernetes injects variables for a service that is called callboard or callboard-something. Most of their names are
like none of ours, but CALLBOARD_HEALTH_PORT is: it is told from a slip by its value."""


def read(environment: Mapping[str, str], report: ConfigurationReport) -> dict[str, Setting]:
    """The keys that the environment sets, by the names that it uses. A variable that is not ours is a warning; one that
    looks like a slip is a fault."""
    here = Path.cwd()
    found: dict[str, Setting] = {}
    strangers: list[str] = []
    if url := environment.get("DATABASE_URL"):
        found["database.url"] = Setting(value=url, source="environment DATABASE_URL", base=here)
    for variable, text in environment.items():
        if not variable.startswith(PREFIX):
            continue
        name = VARIABLES.get(variable.upper())
        if name is None and (near := _near(variable, text)) is not None:
            report.faults.append(f"environment: {variable}: unknown key; did you mean {near}?")
        elif name is None:
            strangers.append(variable)
        elif name not in SECRETS or text.strip():
            found[name] = Setting(value=_value(name, text), source=f"environment {variable}", base=here)
    if strangers:
        report.warnings.append(f"environment: ignored, because no key has such a name: {', '.join(strangers)}")
    return found


def _near(variable: str, text: str) -> str | None:
    """The variable of ours for which this one is a slip, if it looks like one."""
    if _INJECTED_VALUE.match(text):
        return None
    ours = [name.removeprefix(PREFIX) for name in VARIABLES]
    near = difflib.get_close_matches(variable.removeprefix(PREFIX), ours, n=1, cutoff=_NEAR)
    return PREFIX + near[0] if near else None


def _value(name: str, text: str) -> Any:
    """The text as a value of the key's type, where it is one; else it stays text, to be refused with what it is."""
    match DECLARED[RENAMED.get(name, name)].kind:
        case SettingKind.SWITCH:
            return {"true": True, "false": False}.get(text.strip().lower(), text)
        case SettingKind.WHOLE_NUMBER if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text):
            return int(text)
        case _:
            return text
