"""What the readers of the configuration find: raw values with their source, faults and warnings."""

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actors.runtime.os.files import digest_of_error, look_at, read_file
from config.declaration import variable_of
from messages.reloading import WatchedFiles


class ConfigurationError(Exception):
    """What is wrong in the configuration, one line each: where, which key, what would be right. `watched` are the files
    that were read: in one of them it can be put right."""

    def __init__(self, text: str, watched: WatchedFiles | None = None) -> None:
        super().__init__(text)
        self.watched = watched or WatchedFiles()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A raw value and where it comes from: `line` is its line in a file, 0 elsewhere. A relative path is relative to
    `base`."""

    value: Any
    source: str
    base: Path
    line: int = 0

    @property
    def at(self) -> str:
        """What follows a fault of it: its line, if it has one."""
        return at_line(self.line)


@dataclass(frozen=True, slots=True)
class ConfigurationReport:
    """Faults and warnings, collected while everything is read: all of them are said at once. One line each. Also the
    files that were read, and the patterns that stand for some of them."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    patterns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, file: Path) -> str:
        """The text of a file, which is remembered, without the mark that some editors begin it with. Raises OSError
        and UnicodeDecodeError."""
        path = os.path.abspath(file)
        try:
            content, self.files[path] = read_file(path)
        except OSError as error:
            self.files[path] = digest_of_error(error)
            raise
        return content.decode("utf-8-sig")

    def uses(self, file: Path) -> None:
        """A file counts that something else reads."""
        path = os.path.abspath(file)
        self.files[path] = look_at(path)

    @property
    def watched(self) -> WatchedFiles:
        """All that was read."""
        return WatchedFiles(files=tuple(sorted(self.files.items())), patterns=tuple(sorted(self.patterns.items())))


def at_line(line: int) -> str:
    """What follows a fault: the line, if it is known."""
    return f" (line {line})" if line else ""


def unknown_key(where: str, name: str, known: Iterable[str], line: int = 0) -> str:
    """The fault of a name that is no key, with the known name that comes nearest."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"{where}: {name}: unknown key" + (f"; did you mean {near[0]}?" if near else "") + at_line(line)


def misplaced_secret(where: str, name: str, line: int = 0) -> str:
    """The fault of a secret that stands in a file."""
    return (
        f"{where}: {name}: a secret does not belong in this file; set {variable_of(name)} in the environment, or name a"
        f" file that holds it in {name}_file{at_line(line)}"
    )
