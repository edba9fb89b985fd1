"""One line per record, with the actor's name, on both bases. Secrets are struck out."""

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from actors.runtime.output import streams
from actors.runtime.output.printable import printable
from actors.runtime.output.redaction import Redactor, without_shapes

ROOT = "callboard"
"""All loggers of ours are `callboard.<actor>`. Thespian replaces the root logger in its processes, not this one."""


LIBRARIES = ("aiohttp", "asyncio", "httpcore", "httpx", "slack_sdk")
"""Libraries that log. Theirs do not propagate: with a process per actor each record that reaches the root logger is a
message to Thespian's logger, and a flood of them stops the actor."""

QUIET_SECONDS = 60.0
"""How long no second line follows about the same thing."""

MAX_LINE = 300
"""Characters of what a library, or a stranger through it, has to say."""


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
    """Give this process's `callboard` logger its own handler on stderr, and the libraries' loggers one on top of it.
    Called once a process, and again harmlessly."""
    logger = logging.getLogger(ROOT)
    logger.propagate = False
    logger.setLevel(level)
    handler = logging.StreamHandler(sys.stderr)
    known = tuple(secrets)
    handler.setFormatter(LineFormatter(known))
    logger.handlers = [handler]
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.propagate = False
        library.setLevel(logging.WARNING)
        library.handlers = [LibraryHandler(handler, secrets=known)]


class LibraryHandler(logging.Handler):
    """One line for each logger of a library each minute at most, and without a trace; the rest is counted."""

    def __init__(
        self,
        target: logging.Handler,
        clock: Callable[[], float] = time.monotonic,
        secrets: Iterable[str] = (),
    ) -> None:
        super().__init__()
        self._target = target
        self._redactor = Redactor(secrets)
        self._clock = clock
        self._quiet_until: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Pass it on, or count it."""
        name, now = record.name, self._clock()
        if now < self._quiet_until.get(name, 0.0):
            self._unsaid[name] += 1
            return
        self._quiet_until[name] = now + QUIET_SECONDS
        error = record.exc_info[1] if record.exc_info else None
        text = self._redactor.redact(record.getMessage())
        if error is not None:
            text += f": {in_one_line(error, self._redactor)}"
        if more := self._unsaid.pop(name, 0):
            text += f" ({more:,} more lines since the last)"
        text = " ".join(text.split())[:MAX_LINE]
        self._target.handle(logging.LogRecord(name, record.levelno, "", 0, "%s", (text,), None))


def in_one_line(error: BaseException, redactor: Redactor | None = None) -> str:
    """An exception without its trace and without secrets; those without a redactor are known by their shape."""
    text = f"{type(error).__name__}: {error}"
    return " ".join((without_shapes(text) if redactor is None else redactor.redact(text)).split())[:MAX_LINE]


def write_at_once(name: str, text: str) -> None:
    """A record from a signal handler: past the logging module, whose buffers may be in use at that very moment."""
    handler = next(iter(logging.getLogger(ROOT).handlers), None)
    formatter = (None if handler is None else handler.formatter) or LineFormatter(())
    record = logging.LogRecord(f"{ROOT}.{name}", logging.WARNING, "", 0, "%s", (text,), None)
    streams.write_at_once(f"{formatter.format(record)}\n")


def logger_of(name: str) -> logging.Logger:
    """The logger of one actor (or of `front`)."""
    return logging.getLogger(f"{ROOT}.{name}")
