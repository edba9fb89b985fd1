"""Everything that the commands print goes through here: fit for a terminal, with hints that can be pasted."""

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any, TextIO

import msgspec
from rich.console import Console

from actors.front.commands.printing.command_output import CommandOutput
from actors.front.commands.printing.hints import Hints
from actors.runtime.output.printable import escaped_json, printable, printable_values
from actors.runtime.output.redaction import without_shapes

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


def print_file(text: str) -> None:
    """Print a file of ours as it stands: it is for another program."""
    print(printable(text), end="", flush=True)


def complain(text: str, hints: Hints) -> None:
    """Print an error or a warning to the standard error, if that takes one. A library's words, or the operator's own,
    may hold a secret."""
    with contextlib.suppress(OSError):
        print(f"callboard: {hints.fit(printable(without_shapes(text)))}", file=sys.stderr, flush=True)


def complain_of(answer: Any, draw: Callable[[Console, Any], None], hints: Hints) -> None:
    """Draw what an actor answers to a command that it refuses, to the standard error."""
    began = {"text": "callboard: ", "style": "plain", "url": ""}
    first, *rest = answer["lines"]
    value = _fitted(printable_values(_each_text({"lines": [[began, *first], *rest]}, without_shapes)), hints)
    with contextlib.suppress(OSError):
        draw(_console(sys.stderr), value)


def _console(stream: TextIO) -> Console:
    width = None if stream.isatty() else WIDE
    return Console(file=stream, highlight=False, width=width)


def _show_trace(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    with contextlib.suppress(OSError):
        text = "".join(traceback.format_exception(kind, error, trace))
        print(printable(without_shapes(text)), end="", file=sys.stderr, flush=True)


def show(value: Any, draw: Callable[[Console, Any], None], hints: Hints) -> None:
    """Draw a JSON-like value that came from elsewhere."""
    draw(_console(sys.stdout), _fitted(printable_values(value), hints))


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
    return _each_text(value, hints.fit)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case dict():
            return {key: _each_text(each, change) for key, each in value.items()}
        case list():
            return [_each_text(each, change) for each in value]
        case _:
            return value
