"""Process 1 of a container: it collects the exit codes of whatever is left behind there, and passes signals on.

When a process ends before its children, they become children of process 1. If that does not ask for their exit codes
they stay in the process table for ever. The service itself cannot ask for any child's: it would take exit codes from
subprocess and from the actor engine, which wait for theirs. So process 1 does nothing else, and the service is its
child. With an init of the container (`docker run --init`) the service is not process 1, and nothing happens here.
"""

import os
import signal

PASSED_ON = frozenset({signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2})


def step_aside() -> None:
    """If this is process 1, go on in a child of it, and end with that child's exit code."""
    if os.getpid() == 1:
        wait_as_init()


def wait_as_init() -> None:
    """Return in a child. This process stays until the child has ended."""
    awaited = {*PASSED_ON, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    while (code := _exit_code(child)) is None:
        number = signal.sigwait(awaited)
        if number in PASSED_ON:
            os.kill(child, number)  # it is there: nobody else asks for its exit code
    os._exit(code)


def _exit_code(child: int) -> int | None:
    """Collect all exit codes that there are now; the child's, None if it lives. As a shell has it, 128 and the number
    of the signal that ended it."""
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return None
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
