"""`callboard status --watch`: the same again and again, until it is interrupted."""

import contextlib
import sys
import time
from collections.abc import Callable

from actors.control.client import RequestRefused, ServiceNotRunning

EVERY_SECONDS = 2.0

CLEAR = "\x1b[H\x1b[2J"
"""Clears the screen; only on a terminal."""


def watch(
    show: Callable[[], None],
    say_away: Callable[[str], None],
    say: Callable[[str], None],
    every: float = EVERY_SECONDS,
) -> None:
    """Show it until Ctrl-C. While no service answers, say so and why, and go on."""
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            if sys.stdout.isatty():
                sys.stdout.write(CLEAR)
            try:
                show()
            except (RequestRefused, ServiceNotRunning) as error:
                say_away(str(error))
            sys.stdout.flush()
            time.sleep(every)
            if not sys.stdout.isatty():
                say("")
