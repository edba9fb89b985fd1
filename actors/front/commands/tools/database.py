"""`callboard backup`, `restore`, `migrate` and `psql`."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from actors.control.client import RequestRefused, not_permitted
from actors.embedded_postgres.server import PostgresFailed
from actors.front.commands.running.start import failures_in_a_sentence
from actors.front.database import backup, restore, upgrade
from actors.front.database.ordinary import ordinary_file
from actors.front.database.programs import ProgramFailed
from actors.front.database.restore import BackupRefused, NotEmpty
from actors.front.database.state import DatabaseInUse, DatabaseUnusable
from actors.front.database.target import NoDatabase, opened
from actors.front.database.upgrade import UpgradeRefused
from messages.settings import Settings

Say = Callable[[str], None]


def save(settings: Settings, file: Path, say: Say) -> None:
    """Write a backup. Raises RequestRefused."""
    with _in_a_sentence(settings, f"{file} was not written"):
        ordinary_file(file)
        with opened(settings, alone=False) as target:
            size = backup.save(target, file)
            say(f"Saved {target.where} as {file} ({size / 1e6:,.1f} MB).")


def load(settings: Settings, file: Path, say: Say, *, replace: bool) -> None:
    """Restore a backup, and bring it up to date. Raises RequestRefused."""
    with _in_a_sentence(settings, f"{file} was not restored"):
        restore.check(file)
        with opened(settings, alone=True, may_create=True) as target:
            restore.load(target, file, replace=replace)
            say(f"Restored {file} into {target.where}.")
            restored = upgrade.present(target)
            if applied := sum(len(names) for schema, names in upgrade.apply(target) if schema in restored):
                say(f"It is from an older version: {applied} migrations were applied.")


def bring_up_to_date(settings: Settings, say: Say) -> None:
    """Apply what the database lacks. Raises RequestRefused."""
    with _in_a_sentence(settings, "not migrated"), opened(settings, alone=True, may_create=True) as target:
        for schema, names in upgrade.apply(target):
            say(f"{schema}: applied {', '.join(names)}" if names else f"{schema}: up to date")


def shell(settings: Settings, statement: str) -> int:
    """psql, or one statement in it; 0 if it ended well, else 1. Raises RequestRefused."""
    with _in_a_sentence(settings, "psql was not started"), opened(settings, alone=False) as target:
        words = ("--command", statement) if statement else ()
        with _interrupts_are_for_the_child():
            done = subprocess.run(target.command("psql", *words), env=target.variables())
        return int(done.returncode != 0)


@contextmanager
def _interrupts_are_for_the_child() -> Iterator[None]:
    """Ctrl-C ends a statement in psql, which gets it too, and not us."""

    def ignore(number: int, frame: FrameType | None) -> None:
        pass

    before = signal.signal(signal.SIGINT, ignore)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _in_a_sentence(settings: Settings, what: str) -> Iterator[None]:
    refusals = (BackupRefused, NotEmpty, NoDatabase, DatabaseInUse, DatabaseUnusable, UpgradeRefused, PostgresFailed)
    try:
        with failures_in_a_sentence():
            yield
    except refusals as error:
        raise RequestRefused(str(error)) from error
    except ProgramFailed as error:
        raise RequestRefused(f"{what}. PostgreSQL says: {error}") from error
    except OSError as error:
        is_denied = isinstance(error, PermissionError) and str(error.filename or "").startswith(settings.data_dir)
        said = f"{what}: {error.strerror or error}"
        raise RequestRefused(not_permitted(settings.data_dir) if is_denied else said) from error
