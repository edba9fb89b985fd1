"""The private asyncio loop of an actor: pumped on the actor's turn, never waiting, seen from outside as one descriptor.

Thespian calls a handler and waits for it; network I/O wants asyncio. So each actor owns a loop and lets it run, each
time it has the turn, until nothing is ready (or a slice is over). The loop's epoll descriptor is readable whenever
there is more to do, be it a socket, a timer (a timerfd in the same epoll) or a slice cut short; whoever drives the
actor watches that descriptor: Thespian itself on multiprocTCPBase, the front process on simpleSystemBase.
"""

import asyncio
import select
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from actors.runtime.engine.forks import FORK_HOOKS
from actors.runtime.os.linux import TimerDescriptor

T = TypeVar("T")

SLICE_SECONDS = 0.020
"""Seconds after which a pump leaves although more is ready, so that the actor's messages get their turn."""

SHARED_SLICE_SECONDS = 0.004
"""The same where all actors share a process: the other loops wait meanwhile, and one of them may answer clients, who
each wait for as many slices as there are busy loops. Coming back costs 0.05 ms there."""


MOST_TASKS = 20
"""Tasks that a description shows."""


class _PumpSelector(selectors.EpollSelector):
    """Asked to wait, it arms the timer for the wait asked for and tells the loop to stop instead. `due` is when that is
    over by the loop's clock; None: nothing is waited for but descriptors."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self.until = 0.0
        self.due: float | None = None
        self.stop: Callable[[], None] = lambda: None
        self._timer = TimerDescriptor()
        self._epoll.register(self._timer.fd, select.EPOLLIN)

    @property
    def _epoll(self) -> select.epoll:
        epoll: select.epoll = self._selector  # type: ignore[attr-defined]  # the stdlib's stub hides it
        return epoll

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if self._clock() >= self.until:
            self._leave(0)
        elif not ready and (timeout is None or timeout > 0):
            self._leave(timeout)
        return ready

    def _leave(self, timeout: float | None) -> None:
        self.due = None if timeout is None else self._clock() + timeout
        self._timer.arm(timeout)
        self.stop()

    def close(self) -> None:
        self._timer.close()
        super().close()


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, selector: _PumpSelector, clock: Callable[[], float]) -> None:
        self._clock = clock
        super().__init__(selector)

    def time(self) -> float:
        return self._clock()

    def abandon(self) -> None:
        """Count as closed without touching anything: in a forked child the descriptors are the parent's."""
        self._closed = True


class PrivateLoop:
    """One actor's loop. Everything here is called on the actor's own turn.

    `guard(name, call)` runs a callback of the actor with its failures caught and reported; every callback that this
    class makes goes through it. `clock` gives seconds that never go back. `slice_seconds`: the longest pump.
    """

    def __init__(
        self,
        guard: Callable[[str, Callable[[], None]], None],
        clock: Callable[[], float] = time.monotonic,
        slice_seconds: float = SLICE_SECONDS,
    ) -> None:
        self._guard = guard
        self._clock = clock
        self._slice_seconds = slice_seconds
        self._selector = _PumpSelector(clock)
        self._loop = _Loop(self._selector, clock)
        self._selector.stop = self._loop.stop
        self._loop.set_exception_handler(self._on_stray)
        self._tasks: set[asyncio.Task[Any]] = set()
        FORK_HOOKS.add(self._forget_in_child)

    def fileno(self) -> int:
        """The descriptor that is readable when the loop has something to do."""
        return self._selector.fileno()

    def time(self) -> float:
        """The loop's monotonic clock, in seconds."""
        return self._clock()

    @property
    def due(self) -> float | None:
        """When, by that clock, there is something to do though no descriptor is ready; None: never."""
        return self._selector.due

    def describe(self) -> Iterator[str]:
        """Its next timer and its tasks, in lines for a dump of the state."""
        due = self.due
        yield f"private loop: next timer {'none' if due is None else f'in {due - self.time():.1f} s'}"
        yield from (f"task {line}" for task in self.tasks()[:MOST_TASKS] for line in _task_lines(task))

    def tasks(self) -> Sequence[asyncio.Task[Any]]:
        """What runs on it."""
        return () if self._loop.is_closed() else tuple(asyncio.all_tasks(self._loop))

    def pump(self) -> None:
        """Run what is ready, at most a slice."""
        self._selector.until = self._clock() + self._slice_seconds
        self._loop.run_forever()

    def after(self, seconds: float, name: str, call: Callable[[], None]) -> asyncio.TimerHandle:
        """Call `call`, guarded, in `seconds`. The handle can be cancelled."""
        return self._loop.call_later(max(0.0, seconds), self._guard, name, call)

    def run(
        self,
        name: str,
        coroutine: Coroutine[Any, Any, T],
        then: Callable[[T], None],
        otherwise: Callable[[BaseException], None] | None,
    ) -> asyncio.Task[T]:
        """Run `coroutine`; its result re-enters as a guarded `then(result)`, its exception as `otherwise(exception)`
        or, without one, as a failure of `name`. A cancelled one calls nothing."""
        task = self._loop.create_task(coroutine, name=name)
        self._tasks.add(task)

        def finished(task: asyncio.Task[T]) -> None:
            self._tasks.discard(task)
            if not task.cancelled():
                self._guard(name, lambda: _settle(task, then, otherwise))

        task.add_done_callback(finished)
        return task

    def reader(self, fd: int, name: str, call: Callable[[], None]) -> None:
        """Call `call`, guarded, whenever `fd` is readable."""
        self._loop.add_reader(fd, self._guard, name, call)

    def no_reader(self, fd: int) -> None:
        """Look at `fd` no more."""
        self._loop.remove_reader(fd)

    def finish(self, *closings: Coroutine[Any, Any, Any], limit: float = 2.0) -> None:
        """Cancel what `run` has begun, for what is closed none of it should open again; then run these to their ends
        side by side, for at most `limit` seconds. What a server has begun goes on meanwhile: it may be an answer. Each
        failure is a failure of "close", and keeps none of the others from its end."""
        for task in self._tasks:
            task.cancel()
        closing = [self._loop.create_task(each, name="close") for each in closings]
        self._pump_until(lambda: all(task.done() for task in closing), limit)
        for task in closing:
            if task.done() and not task.cancelled():
                self._guard("close", partial(_settle, task, _nothing, None))

    def close(self, limit: float = 2.0) -> None:
        """Cancel what runs, let it end for at most `limit` seconds, and close."""
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._pump_until(lambda: not asyncio.all_tasks(self._loop), limit)
        self._loop.close()

    def _pump_until(self, done: Callable[[], bool], limit: float) -> None:
        """What is ready when the limit is over is still done: a process that stood still meanwhile has had no turn."""
        deadline = time.monotonic() + limit
        self.pump()
        is_over = False
        while not done() and not is_over:
            left = deadline - time.monotonic()
            is_over = left <= 0
            select.select([self.fileno()], [], [], max(0.0, left))
            self.pump()

    def _on_stray(self, loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        error = context.get("exception") or RuntimeError(str(context.get("message")))

        def complain() -> None:
            raise error

        self._guard("private loop", complain)

    def _forget_in_child(self) -> None:
        if not self._loop.is_closed():
            self._loop.abandon()
            self._selector.close()


def _nothing(_: object) -> None:
    """What has ended well needs nothing more."""


def _settle(
    task: asyncio.Task[T], then: Callable[[T], None], otherwise: Callable[[BaseException], None] | None
) -> None:
    error = task.exception()
    if error is None:
        then(task.result())
    elif otherwise is not None:
        otherwise(error)
    else:
        raise error


def _task_lines(task: asyncio.Task[Any]) -> Iterator[str]:
    yield task.get_name()
    for frame in task.get_stack(limit=2):
        yield f"    at {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}"
