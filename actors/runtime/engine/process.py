"""The process of an actor, on a multiprocess base: whose death ends it, which signals it hears, where it says why."""

import faulthandler
import os
import signal
from collections.abc import Iterable

from actors.runtime.engine.loop import PrivateLoop
from actors.runtime.os.linux import name_process
from actors.runtime.output import logs, streams
from actors.runtime.output.redaction import secrets_of
from messages.lifecycle import ProcessPlan
from messages.settings import Settings


def set_up(name: str, plan: ProcessPlan, settings: Settings) -> None:
    """Make this process an actor's; nothing on the simple base, where it is the front's. Stopping is the front's
    business; SIGABRT, by which a parent ends a child that hangs, writes the trace first."""
    if not plan.own_process:
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    faulthandler.disable()  # the supervisor had enabled it, and Thespian took the signal in the fork
    faulthandler.enable(streams.for_traces(), all_threads=True)
    name_process(name)
    logs.set_up(plan.log_level, secrets=secrets_of(settings))


def set_up_again(level: str, secrets: Iterable[str], *, own_process: bool) -> None:
    """Another level of the log, and other secrets that are not to be in it. On the simple base that is up to the
    front."""
    if own_process:
        logs.set_up(level, secrets)


def watch_front(plan: ProcessPlan, loop: PrivateLoop) -> None:
    """When the front process dies, the whole process group of the actor system goes: admin, logger and actors."""
    if not plan.own_process:
        return
    try:
        descriptor = os.pidfd_open(plan.front_pid)
    except ProcessLookupError:
        _end_all()
        return
    loop.reader(descriptor, "front died", _end_all)


def _end_all() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)
