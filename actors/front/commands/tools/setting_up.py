"""What an installed program has to set up a service with: the manifest of the Slack app, and a unit for systemd that
starts this very installation."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import config
from actors.control.client import RequestRefused
from actors.front.commands.printing.hints import NAME, Hints
from actors.runtime.output.printable import printable_line
from config.unit import unit_text

HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome= keeps from the service."""

_ENTER, _READ = stat.S_IXOTH, stat.S_IROTH


def manifest() -> str:
    """The manifest of the Slack app, as YAML."""
    return Path(config.__file__).with_name("slack-app-manifest.yaml").read_text(encoding="utf-8")


def unit(file: Path | None) -> str:
    """The unit that starts this installation, with the configuration `file` if there is one. Raises RequestRefused."""
    if file is not None and printable_line(str(file)) != str(file):
        raise RequestRefused(f"{file} has a line break or a control character in its name, which no unit can hold")
    chosen = () if file is None else ("--config", os.path.abspath(file))
    return unit_text((*_program(), "start", *chosen), install=f"{Hints(config=file).line('unit')} >")


def doubts_about_the_unit(file: Path | None) -> Iterator[str]:
    """What will keep the unit from starting, or keep its user from reading what it needs."""
    if (path := unreachable([Path(_program()[0]), Path(sys.executable).resolve()])) is not None:
        yield (
            f"the service's user cannot reach {path}: install Callboard where every user can, for example by"
            " PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin pipx install …, and run this again with that one"
        )
    if file is not None and not file.exists():
        yield f"{file} is not there yet: the service will not start without it"


def unreachable(paths: Sequence[Path]) -> Path | None:
    """The first that the unit hides, or that an account without rights of its own cannot get to."""
    for path in paths:
        if any(path.is_relative_to(hidden) for hidden in HIDDEN):
            return path
        if not path.stat().st_mode & _READ or not all(folder.stat().st_mode & _ENTER for folder in path.parents):
            return path
    return None


def _program() -> tuple[str, ...]:
    script = Path(sys.executable).parent / NAME
    return (str(script),) if script.exists() else (sys.executable, os.path.abspath(sys.argv[0]))
