"""What a hint tells people to type: it can be pasted as it is.

Texts name this program `callboard` in backticks, wherever they come from. Printed, they name it by what one types here:
the script is on the PATH of few. Where the command was given a configuration file, so is the one in the hint.
"""

import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from actors.front.commands.parsing.grammar import COMMANDS, FORMER

NAME = "callboard"

_HINT = re.compile(rf"`{NAME}((?: [^`]*)?)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """`program` is what one types to run this; `config` the file that was named on the command line."""

    program: str = NAME
    config: Path | None = None

    def line(self, command: str) -> str:
        """What to type for this command, without backticks."""
        takes_config = (name := command.partition(" ")[0]) and "config" in _options(name)
        given = f" --config {shlex.quote(str(self.config))}" if takes_config and self.config is not None else ""
        return f"{self.program} {command}{given}".strip()

    def fit(self, text: str) -> str:
        """The text with its hints as they are to be typed."""
        return _HINT.sub(lambda found: f"`{self.line(found[1].strip())}`", text)


def program_typed() -> str:
    """The shortest that runs this installation from the current directory: `callboard`, if the PATH leads to it; else
    the path of that script, or of Python and run.py where the package is not installed."""
    script = Path(sys.executable).parent / NAME
    if not script.exists():
        return f"{_short(Path(sys.executable))} {_short(Path(sys.argv[0]))}"
    found = shutil.which(NAME)
    is_on_path = found is not None and Path(found).resolve() == script.resolve()
    is_there_for_us_only = "UV" in os.environ and found == str(script)  # uvx changes the PATH of what it starts
    return NAME if is_on_path and not is_there_for_us_only else _short(script)


def _short(path: Path) -> str:
    """Relative, if it is below the current directory."""
    absolute = Path(os.path.abspath(path))
    here = Path.cwd()
    return shlex.quote(str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute))


def _options(name: str) -> tuple[str, ...]:
    command = COMMANDS.get(FORMER.get(name, name))
    return () if command is None else command.options
