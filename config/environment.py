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

_INJECTED = re.compile(
    r"(?:\w+_)?SERVICE_(?:HOST|PORT(?:_\w+)?)"
    r"|(?:\w+_)?PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?"
    r"|PORT"
)
"""What Kubernetes injects for a service that is called callboard or callboard-something, without our prefix."""

_NEAR = 0.8
"""How similar a variable is to one of ours, from 0 to 1, when it is taken for a slip. The nearest name that Kubernetes
injects, CALLBOARD_HEALTH_PORT, is told from a slip by its value."""


def read(environment: Mapping[str, str], report: ConfigurationReport) -> dict[str, Setting]:
    """The keys that the environment sets, by the names that it uses. A variable that is not ours is a warning; one that
    looks like a slip is a fault."""
    here = Path.cwd()
    found: dict[str, Setting] = {}
    if url := environment.get("DATABASE_URL"):
        found["database.url"] = Setting(value=url, source="environment DATABASE_URL", base=here)
    for variable, text in environment.items():
        if not variable.startswith(PREFIX):
            continue
        name = VARIABLES.get(variable.upper())
        if name is None:
            _unknown(variable, text, report)
        elif name not in SECRETS or text.strip():
            found[name] = Setting(value=_value(name, text), source=f"environment {variable}", base=here)
    return found


def _unknown(variable: str, text: str, report: ConfigurationReport) -> None:
    if (near := _near(variable, text)) is None:
        report.warnings.append(f"environment: {variable}: no key has this name; it is ignored")
    else:
        report.faults.append(f"environment: {variable}: unknown key; did you mean {near}?")


def _near(variable: str, text: str) -> str | None:
    """The variable of ours for which this one is a slip, if it looks like one."""
    rest = variable.removeprefix(PREFIX)
    if _INJECTED.fullmatch(rest) or re.match(r"(?:tcp|udp|sctp)://", text):
        return None
    ours = {name.removeprefix(PREFIX): name for name in VARIABLES}
    squeezed = re.sub("_+", "_", rest)
    for short, name in ours.items():
        if re.sub("_+", "_", short) == squeezed:
            return name
    near = difflib.get_close_matches(rest, ours, n=1, cutoff=_NEAR)
    return ours[near[0]] if near else None


def _value(name: str, text: str) -> Any:
    """The text as a value of the key's type, where it is one; else it stays text, to be refused with what it is."""
    match DECLARED[RENAMED.get(name, name)].kind:
        case SettingKind.SWITCH:
            return {"true": True, "false": False}.get(text.strip().lower(), text)
        case SettingKind.WHOLE_NUMBER if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text):
            return int(text)
        case _:
            return text
