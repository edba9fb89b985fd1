"""The ways in which editors and deployments change a file."""

import mmap
import os
import shutil
import subprocess
from pathlib import Path

OLD, NEW = "log:\n  level: INFO\n", "log:\n  level: DEBUG\n"


def in_place(path: Path) -> None:
    with path.open("r+") as file:
        file.write(NEW)


def truncated_first(path: Path) -> None:
    path.write_text(NEW)


def appended(path: Path) -> None:
    with path.open("a") as file:
        file.write("# more\n")


def renamed_over(path: Path) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(NEW)
    fresh.replace(path)


def by_sed(path: Path) -> None:
    subprocess.run(["sed", "-i", "s/INFO/DEBUG/", path], check=True)


def as_vim_saves(path: Path) -> None:
    """With `backup` and `nowritebackup`: the old one is moved away, and a new one written in its place."""
    path.rename(path.with_suffix(".yaml~"))
    path.write_text(NEW)
    path.with_suffix(".yaml~").unlink()


def as_emacs_saves(path: Path) -> None:
    """A copy stays, and a new one takes the place of the file."""
    shutil.copy2(path, path.with_suffix(".yaml~"))
    fresh = path.with_name(f"#{path.name}#")
    fresh.write_text(NEW)
    fresh.rename(path)


def deleted_and_created(path: Path) -> None:
    path.unlink()
    path.write_text(NEW)


def by_mmap(path: Path) -> None:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[-5:-1] = b"WARN"
        memory.flush()


def with_its_old_time(path: Path) -> None:
    """As `cp -p` and `rsync -a` do."""
    before = path.stat()
    fresh = path.with_suffix(".new")
    fresh.write_text(OLD.replace("INFO", "WARN"))
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)


WAYS = [
    in_place,
    truncated_first,
    appended,
    renamed_over,
    by_sed,
    as_vim_saves,
    as_emacs_saves,
    deleted_and_created,
    by_mmap,
    with_its_old_time,
]
