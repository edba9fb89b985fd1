"""The steps of a cycle: each is a turn of its own and says which comes next."""

import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from actors.runtime.actor import CallboardActor

P = ParamSpec("P")
T = TypeVar("T")


class Steps:
    """Of one actor; one step at a time is to come. `broke(error)` is called when a step raises, and says what comes
    then; the runtime reports what it raised."""

    def __init__(self, actor: CallboardActor, broke: Callable[[BaseException], None]) -> None:
        self._actor = actor
        self._broke = broke
        self._pending: Any = None
        self._stopped = False

    def next(self, seconds: float, step: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Go on with `step` in so many seconds."""

        @functools.wraps(step)
        def turn() -> None:
            self._guarded(step)(*args, **kwargs)

        if not self._stopped:
            self._pending = self._actor.after(seconds, turn)

    def run(self, coroutine: Coroutine[Any, Any, T], then: Callable[[T], None]) -> None:
        """Go on with `then`, once the coroutine has a result."""
        self._pending = self._actor.run(coroutine, self._guarded(then), self._failed)

    def drop(self) -> None:
        """What was to come does not: another step comes instead."""
        if self._pending is not None:
            self._pending.cancel()

    def stop(self) -> None:
        """No step comes any more."""
        self._stopped = True
        self.drop()

    def _guarded(self, step: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(step)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                step(*args, **kwargs)
            except Exception as error:
                self._broke(error)
                raise

        return guarded

    def _failed(self, error: BaseException) -> None:
        self._broke(error)
        raise error
