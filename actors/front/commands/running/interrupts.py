"""Ctrl-C during a command that is over soon: it ends at once, quietly, and the shell sees why.

`run.py` keeps signals waiting while the program is loaded. Commands that run a service let them in themselves
and end in order; all others let them in here.
"""

import signal
from types import FrameType
from typing import NoReturn

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What `run.py` keeps waiting."""

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended: as a shell has it, 128 and the number of the signal."""


def let_in() -> None:
    """From now on SIGTERM and SIGHUP end the process, and the first SIGINT raises KeyboardInterrupt: a second one, from
    a key that is held down, must not come in the middle of the end."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # a shell's script has it ignored in the background
        signal.signal(signal.SIGINT, _interrupted)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt
