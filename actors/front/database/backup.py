"""A backup: one file with all of Callboard's schemas at one moment, without owners and rights.

Owners and rights name roles, which another server need not have. Whoever restores the file owns what is in it.
"""

import os
from pathlib import Path

from actors.front.database import programs, state
from actors.front.database.ordinary import ordinary_file
from actors.front.database.schemas import packages
from actors.front.database.target import DatabaseTarget, NoDatabase

WITHOUT_ROLES = ("--no-owner", "--no-privileges", "--no-tablespaces", "--no-security-labels")


def save(target: DatabaseTarget, file: Path) -> int:
    """Write the file, whose size in bytes is returned. It appears under its name once it is complete, and only its
    owner can read it: it holds what people watch. Where the name is a link, it appears where that leads. Raises
    NoDatabase, ProgramFailed, DatabaseUnusable, OSError."""
    file = ordinary_file(file)
    found = state.present(target, packages())
    if not found:
        raise NoDatabase(f"{target.where} has nothing of Callboard's yet; `callboard start` makes its tables")
    making = file.with_name(f".{file.name}.{os.getpid()}.new")
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        only = [f"--schema={schema}" for schema in sorted(found)]
        programs.run(target, "pg_dump", "--format=custom", *WITHOUT_ROLES, *only, f"--file={making}")
        os.fsync(descriptor)
        making.rename(file)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    return file.stat().st_size
