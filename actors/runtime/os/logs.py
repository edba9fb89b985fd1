"""One line per record, with the actor's name, on both bases. Secrets are struck out."""

import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from actors.runtime.os import streams
from actors.runtime.os.printable import printable
from actors.runtime.os.redaction import Redactor

ROOT = "callboard"
"""All loggers of ours are `callboard.<actor>`. Thespian replaces the root logger in its processes, not this one."""


class LineFormatter(logging.Formatter):
    """`2026-11-21T05:00:00.123Z WARNING prober: what happened`, a trace indented below it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._redactor = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        name = record.name.removeprefix(ROOT + ".")
        line = f"{at} {record.levelname:<7} {name}: {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return printable(self._redactor.redact(line)).replace("\n", "\n    ")


def set_up(level: str, secrets: Iterable[str] = ()) -> None:
    """Give this process's `callboard` logger its own handler on stderr. Called once a process, and again harmlessly."""
    logger = logging.getLogger(ROOT)
    logger.propagate = False
    logger.setLevel(level)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(secrets))
    logger.handlers = [handler]


def write_at_once(name: str, text: str) -> None:
    """A record from a signal handler: past the logging module, whose buffers may be in use at that very moment."""
    handler = next(iter(logging.getLogger(ROOT).handlers), None)
    formatter = (None if handler is None else handler.formatter) or LineFormatter(())
    record = logging.LogRecord(f"{ROOT}.{name}", logging.WARNING, "", 0, "%s", (text,), None)
    streams.write_at_once(f"{formatter.format(record)}\n")


def logger_of(name: str) -> logging.Logger:
    """The logger of one actor (or of `front`)."""
    return logging.getLogger(f"{ROOT}.{name}")
