"""Starting, driving and stopping an actor system, from the front process. Two bases, one interface."""

import contextlib
import os
import secrets
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Protocol, SupportsIndex

from thespian.actors import Actor, ActorAddress, ActorExitRequest, ActorSystem
from thespian.system import multiprocCommon, systemBase
from thespian.system.simpleSystemBase import PendingSend
from thespian.system.transport import asyncTransportBase

from actors.runtime.engine.bases import SIMPLE, TCP, refusal_of_base
from actors.runtime.engine.forks import Forks
from actors.runtime.engine.hang_timer import HangTimer
from actors.runtime.engine.security import LOOPBACK, keep_at_home
from actors.runtime.failures import SystemRefused
from messages.lifecycle import LoopOpened, Pump
from messages.settings import SystemSettings


class Driver(Protocol):
    """The front's hold on an actor system. Used by one thread, the one that made it."""

    process_group: int
    """Of the actors' processes; 0 where they live in this process."""

    def create(self, actor_class: type[Actor]) -> ActorAddress:
        """Create a top-level actor."""

    def tell(self, address: ActorAddress, message: Any) -> None:
        """Send to an actor."""

    def listen(self, seconds: float, wake: int | None = None) -> Any | None:
        """Let the actors work until one of them has told the front something (it is returned), `seconds` are over, or
        the descriptor `wake` is readable (None)."""

    def shut_down(self) -> None:
        """End all actors and the system."""


FAIR_SECONDS = 0.004
"""Where all actors share a process: so often the loops get a turn among messages."""


class _FairTurns(list[Any]):
    """Takes the place of Thespian's list of messages that are not handled yet. `tell` handles all of them, and those
    that they cause, before it returns: a thousand events that two actors hand each other would keep every loop waiting,
    and with it every client. So `pumps` are put before the rest every few milliseconds; the messages keep their
    order."""

    def __init__(self, pumps: Callable[[], Iterable[Any]]) -> None:
        super().__init__()
        self._pumps = pumps
        self._pumping = 0
        self._due: float | None = 0.0

    def pop(self, index: SupportsIndex = -1) -> Any:
        """The next turn. The messages have their time again after the last of the pumps."""
        now = time.monotonic()
        if self._pumping:
            self._pumping -= 1
        elif self._due is None:
            self._due = now + FAIR_SECONDS
        elif now >= self._due:
            pumps = list(self._pumps())
            self[:0] = pumps
            self._pumping = max(0, len(pumps) - 1)
            self._due = None
        return super().pop(index)


class SimpleDriver:
    """simpleSystemBase: the actors live in this process, and work while it listens.

    Each actor's private loop is one descriptor; the driver waits for them in one epoll and tells `Pump` to the actor
    whose loop has something to do. Nothing polls.

    A turn that takes longer than `hang_limit` hangs, and its reporter with it: the hang timer writes the trace and ends
    the process, to be started again by its service manager.
    """

    process_group = 0

    def __init__(self, hang_limit: float = SystemSettings().hang_limit) -> None:
        self._system = ActorSystem(SIMPLE, logDefs=False)
        self._hang_timer = self._system.hang_timer = HangTimer(hang_limit)  # where each turn finds it
        self._epoll = select.epoll()
        self._loops: dict[int, ActorAddress] = {}
        self._front = self._system._systemBase.actorRegistry["System:ExternalRequester"].address
        self._system._systemBase._pendingSends = _FairTurns(self._pumps)
        self._top: list[ActorAddress] = []

    def create(self, actor_class: type[Actor]) -> ActorAddress:
        address = self._system.createActor(actor_class)
        self._top.append(address)
        return address

    def tell(self, address: ActorAddress, message: Any) -> None:
        self._hang_timer.arm()
        self._system.tell(address, message)
        self._hang_timer.disarm()

    def listen(self, seconds: float, wake: int | None = None) -> Any | None:
        deadline = time.monotonic() + seconds
        with self._watching(wake):
            while True:
                self._hang_timer.arm()
                if (message := self._heard()) is not None:
                    return message
                left = deadline - time.monotonic()
                ready = self._ready(left)
                if wake in ready or (left <= 0 and not ready):
                    return None
                self._hang_timer.arm()
                for fd in ready:
                    self._system.tell(self._loops[fd], Pump())

    def shut_down(self) -> None:
        self._hang_timer.arm()
        for address in self._top:
            self._system.tell(address, ActorExitRequest())
        self._hang_timer.disarm()
        self._system.shutdown()
        self._epoll.close()

    def _pumps(self) -> Iterator[PendingSend]:
        """One for each loop that has something to do, as Thespian keeps messages."""
        for fd, _ in self._epoll.poll(0):
            if fd in self._loops:
                yield PendingSend(self._front, Pump(), self._loops[fd])

    def _ready(self, seconds: float) -> list[int]:
        """The descriptors that are readable, now or within `seconds`."""
        ready = self._epoll.poll(0)
        if not ready and seconds > 0:
            self._hang_timer.disarm()
            ready = self._epoll.poll(seconds)
        return [fd for fd, _ in ready]

    def _heard(self) -> Any | None:
        while isinstance(message := self._system.listen(timedelta(0)), LoopOpened):
            self._loops[message.fileno] = message.address
            with contextlib.suppress(OSError):  # it was closed meanwhile: its actor has left
                self._epoll.register(message.fileno, select.EPOLLIN)
        return message

    @contextlib.contextmanager
    def _watching(self, wake: int | None) -> Iterator[None]:
        if wake is not None:
            self._epoll.register(wake, select.EPOLLIN)
        try:
            yield
        finally:
            self._hang_timer.disarm()
            if wake is not None:
                self._epoll.unregister(wake)


class TcpDriver:
    """multiprocTCPBase: a process per actor. The front only starts, listens now and then, and stops."""

    PATIENCE = 0.25
    START_LIMIT = timedelta(seconds=30)
    """How long Thespian's first process may take to answer, on a machine that is busy. The one limit that
    Thespian has for this and for the end is changed for the end."""

    SHUTDOWN_LIMIT = timedelta(seconds=2)
    """How long Thespian waits for its actors to end; it is 0.02 s when none of them hangs, and 10 s were allowed."""

    MOST_PENDING = 200
    """Messages of one actor that are on the way and not read yet: each is a socket. By Thespian's 20, one actor that
    hangs soon stops everybody who tells it something: all that they send, to whomever, waits behind it."""

    def __init__(self, admin_port: int) -> None:
        keep_at_home(secrets.token_bytes(32))
        asyncTransportBase.MAX_PENDING_TRANSMITS = self.MOST_PENDING
        systemBase.MAX_SYSTEM_SHUTDOWN_DELAY = multiprocCommon.MAX_ADMIN_STARTUP_DELAY = self.START_LIMIT
        with reserved(admin_port) as port:
            refuse_taken(port)
            self._forks = Forks()
            with _signals_held_back():
                self._system = ActorSystem(TCP, {"Admin Port": port}, logDefs=_quiet(), transientUnique=False)
        self.process_group = self._forks.settled()
        if self.process_group:
            os.waitpid(self.process_group, 0)  # it has only forked the admin, and Thespian would leave it a zombie

    def create(self, actor_class: type[Actor]) -> ActorAddress:
        return self._system.createActor(actor_class)

    def tell(self, address: ActorAddress, message: Any) -> None:
        self._system.tell(address, message)

    def listen(self, seconds: float, wake: int | None = None) -> Any | None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = self._system.listen(timedelta(seconds=min(left, self.PATIENCE)))
            if message is not None or (wake is not None and select.select([wake], [], [], 0)[0]):
                return message
        return None

    def shut_down(self) -> None:
        systemBase.MAX_SYSTEM_SHUTDOWN_DELAY = self.SHUTDOWN_LIMIT
        self._system.shutdown()
        self._forks.over()


def _quiet() -> dict[str, Any]:
    """How Thespian's own processes log: what is wrong, on stderr."""
    return {
        "version": 1,
        "handlers": {"stderr": {"class": "logging.StreamHandler", "level": "WARNING", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }


def start_system(base: str, admin_port: int, hang_limit: float) -> Driver:
    """An actor system of this base. Raises SystemRefused."""
    if refusal := refusal_of_base(base):
        raise SystemRefused(f"system.base: {refusal}")
    return SimpleDriver(hang_limit) if base == SIMPLE else TcpDriver(admin_port)


@contextlib.contextmanager
def reserved(port: int) -> Iterator[int]:
    """The port; for 0 one of loopback that is free, and that nobody else is given meanwhile: a bound socket that does
    not listen is in nobody's way who asks for that very port, as Thespian's first process does."""
    with socket.socket() as holder:
        if port == 0:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind((LOOPBACK, 0))
        yield port or int(holder.getsockname()[1])


def refuse_taken(port: int) -> None:
    """Raise SystemRefused if somebody listens on the admin's port: Thespian would wait 15 s and say less."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise SystemRefused(
                f"system.admin_port: port {port} on {LOOPBACK} is taken ({error.strerror}): end the program that holds"
                " it, choose another port, or 0 for any free one"
            ) from error


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """The processes forked meanwhile never hear the signals to stop, for stopping is the front's business; the front
    itself hears them afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def kill_group(process_group: int) -> None:
    """SIGKILL to what is left of a process group; nothing if there is nothing."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process_group, signal.SIGKILL)
