"""Where the data is by default: outside the program's own files, which a new version or `git clean` replaces."""

import os
import pwd
import shlex
from collections.abc import Mapping
from pathlib import Path

from config.report import ConfigurationReport

SYSTEM = Path("/var/lib/callboard/data")
"""For root."""

FORMER = Path(__file__).parents[1] / "data"
"""Version 0.1 kept it beside its own files."""

_MARK = "front.lock"
"""Every directory that a service has used has it."""


def data_dir(
    variables: Mapping[str, str], report: ConfigurationReport, uid: int | None = None, former: Path = FORMER
) -> str:
    """The data directory of this user (`uid`; None: who runs this). Data that is only at the former place is used
    there, with a warning that says how to move it."""
    place = _place(variables, os.geteuid() if uid is None else uid)
    if place is None:
        report.faults.append("data_dir: this user has no home directory, so there is no default; set data_dir")
        return ""
    if not os.path.exists(former / _MARK) or former == place:
        return str(place)
    if os.path.exists(place / _MARK):
        report.warnings.append(
            f"data_dir: {former} holds the data of an earlier version and is not used; {place} is. Remove it if you no"
            " longer need it"
        )
        return str(place)
    parent, old, new = (shlex.quote(str(path)) for path in (place.parent, former, place))
    report.warnings.append(
        f"data_dir: the data is still in {former}, and is used there. An update could delete it: stop the service and"
        f" run `mkdir -p {parent} && mv {old} {new}`, or set data_dir"
    )
    return str(former)


def _place(variables: Mapping[str, str], uid: int) -> Path | None:
    if uid == 0:
        return SYSTEM
    if (given := variables.get("XDG_STATE_HOME", "")).startswith("/"):  # the standard says to ignore relative paths
        return Path(given) / "callboard"
    try:
        home = variables.get("HOME") or pwd.getpwuid(uid).pw_dir
    except KeyError:
        return None
    return Path(home) / ".local" / "state" / "callboard" if home.startswith("/") else None
