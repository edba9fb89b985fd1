"""SIGUSR1: what each actor of a process is doing at this moment goes to the log.

The signal handler is the process's own, so it is where the actors of one process find the one dump that they share.
"""

import os
import signal
import traceback
import weakref
from collections.abc import Callable, Iterable
from types import FrameType

from actors.runtime.output import logs

LONGEST = 8_000
"""Characters about one actor, and of a stack: its innermost part counts."""

MOST_ACTORS = 100

Describe = Callable[[], Iterable[str]]


class StateDump:
    """Of one process. Actors that are gone drop out by themselves; `pass_on` tells other processes of the signal."""

    def __init__(self, pass_on: Callable[[], None] = lambda: None) -> None:
        self._pass_on = pass_on
        self._actors: list[weakref.WeakMethod[Describe]] = []

    @classmethod
    def of_process(cls) -> "StateDump":
        """The dump of this process, which listens for the signal from now on if it did not before."""
        found = getattr(signal.getsignal(signal.SIGUSR1), "__self__", None)
        if isinstance(found, StateDump):
            return found
        made = cls()
        made.listen()
        return made

    def listen(self) -> None:
        """Take the signal."""
        signal.signal(signal.SIGUSR1, self.write)

    def add(self, describe: Describe) -> None:
        """Show an actor, by its method, as long as it lives."""
        living = [each for each in self._actors if each() is not None]
        self._actors = [*living, weakref.WeakMethod(describe)][-MOST_ACTORS:]

    def write(self, number: int, frame: FrameType | None) -> None:
        """The signal handler: the stack, then each actor."""
        logs.write_at_once("state", f"process {os.getpid()} is at\n{_cut(''.join(traceback.format_stack(frame)))}")
        for reference in self._actors:
            if (describe := reference()) is not None:
                logs.write_at_once("state", _described(describe))
        self._pass_on()


def _described(describe: Describe) -> str:
    try:
        return _cut("\n".join(describe()))
    except Exception as error:  # an actor that is in the middle of something must not lose it for this
        return f"an actor could not be described: {type(error).__name__}: {error}"


def _cut(text: str) -> str:
    text = text.rstrip()
    return text if len(text) <= LONGEST else f"…{text[-LONGEST:]}"
