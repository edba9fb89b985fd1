"""What Linux offers and the standard library does not, or only by number. By ctypes, no state."""

import contextlib
import ctypes
import os
import resource
import select
import signal
import time
from collections.abc import Iterator, Sequence

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NAME = 1, 4, 15
_TFD_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
_NANOSECONDS = 1_000_000_000


class _TimeSpec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _TimerSpec(ctypes.Structure):
    _fields_ = (("interval", _TimeSpec), ("value", _TimeSpec))


class TimerDescriptor:
    """A descriptor that becomes readable when its time is due (timerfd_create(2), CLOCK_MONOTONIC)."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.fd: int = self._check(self._libc.timerfd_create(time.CLOCK_MONOTONIC, _TFD_FLAGS))

    def arm(self, seconds: float | None) -> None:
        """Become readable in `seconds` (at once for 0 and less), or never for None. Replaces what was set."""
        nanoseconds = 0 if seconds is None else max(1, int(seconds * _NANOSECONDS))
        value = _TimeSpec(*divmod(nanoseconds, _NANOSECONDS))
        spec = _TimerSpec(_TimeSpec(0, 0), value)
        self._check(self._libc.timerfd_settime(self.fd, 0, ctypes.byref(spec), None))

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self.fd)

    @staticmethod
    def _check(result: int) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent process dies (prctl(2)); leave at once if it is dead already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def name_process(name: str) -> None:
    """What `ps` and `top` call this process; the kernel keeps 15 bytes of it (prctl(2))."""
    _prctl(_PR_SET_NAME, name[:15].encode())


def refuse_core_dumps() -> None:
    """The memory of this process, and of each that it forks, is never written to a file: it holds secrets. The limit
    (core(5)) goes on to other programs that it starts. Not dumpable (prctl(2)): a program to which the system passes
    dumps gets none either, and only root may attach a debugger."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_DUMPABLE, 0)


def boot_time() -> float:
    """Seconds since the machine was started, the time that it slept included (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def any_dead(pidfds: Sequence[int]) -> bool:
    """Whether one of the processes behind these descriptors (pidfd_open(2)) has ended."""
    poller = select.poll()
    for fd in pidfds:
        poller.register(fd, select.POLLIN)
    return bool(poller.poll(0))


def catches(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler for this signal (proc_pid_status(5)); False for one that has ended."""
    try:
        with open(f"/proc/{pid}/status") as status:
            caught = next((line.split()[1] for line in status if line.startswith("SigCgt:")), "0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return bool(int(caught, 16) >> (number - 1) & 1)


def _prctl(option: int, value: int | bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@contextlib.contextmanager
def interrupts_kept_out() -> Iterator[None]:
    """What is started in this context takes no SIGINT, for good: Ctrl-C, which a terminal sends to all that it sees, is
    for the front, and a program that it met on its own would print a trace."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
