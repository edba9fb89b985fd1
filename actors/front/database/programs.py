"""PostgreSQL's own programs, run to their end."""

import subprocess
from collections.abc import Mapping, Sequence

from actors.front.database.target import DatabaseTarget

MOST_SAID = 1000
"""Characters of a program's complaint that are repeated."""


class ProgramFailed(Exception):
    """One of PostgreSQL's programs did not do what it was for; the text has what it said."""


def run(target: DatabaseTarget, program: str, *words: str) -> str:
    """What it prints. Raises ProgramFailed."""
    return finished(target.command(program, *words), target.variables())


def finished(command: Sequence[str], variables: Mapping[str, str] | None = None) -> str:
    """The same for a command line."""
    done = subprocess.run(
        command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if done.returncode != 0:
        raise ProgramFailed((done.stderr or done.stdout).strip()[-MOST_SAID:] or f"exit code {done.returncode}")
    return done.stdout
