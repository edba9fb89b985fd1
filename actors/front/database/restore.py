"""A restore: the schemas of a backup take the place of those that are there, in one transaction."""

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import TextIO, cast

from actors.embedded_postgres import place
from actors.front.database import programs, state
from actors.front.database.ordinary import ordinary_file
from actors.front.database.schemas import migration_files, packages
from actors.front.database.script import applied_migrations, schemas_in, with_frame
from actors.front.database.target import DatabaseTarget

MAGIC = b"PGDMP"


class BackupRefused(Exception):
    """The file cannot be restored here; the text says why."""


class NotEmpty(Exception):
    """The database has data of Callboard's; the text says how to replace it."""


def load(target: DatabaseTarget, file: Path, *, replace: bool) -> None:
    """Restore the file. Whatever goes wrong, the database is as it was. Raises BackupRefused, NotEmpty, ProgramFailed,
    DatabaseInUse, DatabaseUnusable, OSError."""
    state.refuse_if_led(target)
    if state.present(target, packages()) and not replace:
        raise NotEmpty(
            f"{target.where} has data of Callboard's already. `callboard restore --replace FILE` deletes it and"
            " restores the backup; `callboard backup FILE` saves it first"
        )
    with tempfile.TemporaryDirectory(prefix="callboard-restore-") as directory:
        dump, script = Path(directory) / "dump.sql", Path(directory) / "restore.sql"
        _run("pg_restore", *_AS_SQL, f"--file={dump}", str(file))
        _refuse_newer(dump, file)
        with _lines(dump, "r") as lines, _lines(script, "w") as made:
            made.writelines(with_frame(lines, sorted(packages())))
        programs.run(target, "psql", *_ALL_OR_NOTHING, f"--file={script}")


_AS_SQL = ("--no-owner", "--no-privileges", "--no-tablespaces", "--no-security-labels")
_ALL_OR_NOTHING = (
    "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null",
)  # fmt: skip


def check(file: Path) -> None:
    """Whether it is a backup of all that belongs together. Raises BackupRefused, ProgramFailed, OSError."""
    with ordinary_file(file).open("rb") as opened:
        if opened.read(len(MAGIC)) != MAGIC:
            raise BackupRefused(f"{file} is not a backup that `callboard backup` has written")
    missing = packages().keys() - schemas_in(_run("pg_restore", "--list", str(file)))
    if not missing:
        return
    if missing == packages().keys():
        raise BackupRefused(f"{file} holds nothing of Callboard's")
    if missing & _FIRST:
        raise BackupRefused(f"{file} lacks {_listed(missing)}: all of Callboard's schemas belong together")


_FIRST = frozenset({"index", "lease", "notifier", "prober", "watchlist"})
"""Those that every version has. A schema that came later need not be in a backup: the next start makes it."""


def _refuse_newer(dump: Path, file: Path) -> None:
    with _lines(dump, "r") as lines:
        applied = applied_migrations(lines)
    for schema in sorted(applied.keys() & packages().keys()):
        if newer := sorted(applied[schema] - migration_files(schema)):
            raise BackupRefused(
                f"{file} is from a newer Callboard (schema {schema}: {newer[-1]} is not known to this one):"
                " install that version, then restore it"
            )


def _lines(path: Path, mode: str) -> TextIO:
    """For whatever bytes there are: only a line feed ends a line."""
    return cast(TextIO, path.open(mode, encoding="utf-8", errors="surrogateescape", newline="\n"))


def _run(program: str, *words: str) -> str:
    return programs.finished([str(place.programs() / program), *words])


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
