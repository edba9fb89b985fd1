"""Everything that the commands print goes through here: fit for a terminal, with hints that can be pasted."""

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

import msgspec
from rich.console import Console

from actors.front.commands.command_output import CommandOutput
from actors.front.commands.hints import Hints
from actors.runtime.os.printable import escaped_json, printable, printable_values
from actors.runtime.os.redaction import without_shapes

WIDE = 1000
"""Columns of what is no terminal: nothing is wrapped."""


def prepare() -> None:
    """A terminal that lacks a letter shows a question mark in its place, and the command goes on. Where standard error
    is closed, complaints go nowhere, and not to the standard output. The trace of a bug has no secrets in it."""
    sys.excepthook = _show_trace
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    buffered = io.BufferedWriter(CommandOutput(1, "w", closefd=False))
    sys.stdout = io.TextIOWrapper(buffered, encoding=encoding, errors="replace", line_buffering=os.isatty(1))
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lives
    elif hasattr(sys.stderr, "reconfigure"):
        sys.stderr.reconfigure(errors="replace")


def say(text: str, hints: Hints) -> None:
    """Print lines to the standard output, at once."""
    print(hints.fit(printable(text)), flush=True)


def complain(text: str, hints: Hints) -> None:
    """Print an error or a warning to the standard error, if that takes one. A library's words, or the operator's own,
    may hold a secret."""
    with contextlib.suppress(OSError):
        print(f"callboard: {hints.fit(printable(without_shapes(text)))}", file=sys.stderr, flush=True)


def _show_trace(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    with contextlib.suppress(OSError):
        text = "".join(traceback.format_exception(kind, error, trace))
        print(printable(without_shapes(text)), end="", file=sys.stderr, flush=True)


def show(value: Any, draw: Callable[[Console, Any], None], hints: Hints) -> None:
    """Draw a JSON-like value that came from elsewhere."""
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDE)
    draw(console, _fitted(printable_values(value), hints))


def show_json(value: Any) -> None:
    """Print a value as JSON, in UTF-8 whatever the terminal's encoding is: that is what reads it again."""
    _write_json(msgspec.json.format(msgspec.json.encode(value)))


def show_json_line(value: Any) -> None:
    """Print a value as JSON on one line."""
    _write_json(msgspec.json.encode(value))


def _write_json(encoded: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(escaped_json(encoded.decode()).encode() + b"\n")
    sys.stdout.buffer.flush()


def _fitted(value: Any, hints: Hints) -> Any:
    match value:
        case str():
            return hints.fit(value)
        case dict():
            return {key: _fitted(each, hints) for key, each in value.items()}
        case list():
            return [_fitted(each, hints) for each in value]
        case _:
            return value
