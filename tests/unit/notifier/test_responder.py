"""An answer that goes to the direct messages after all is queued once, whatever became of the first transaction."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pytest

from actors.notifier.model.outcomes import ApiError
from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.services.responder import Responder
from actors.runtime.failures import DatabaseAway


class HostWhoseReplyIsLost:
    """Its first transaction is carried out, but nobody hears of that."""

    log = logging.getLogger(__name__)

    def __init__(self) -> None:
        self.again: list[Callable[[], None]] = []
        self._is_lost = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The first one ends with an error."""
        yield None
        if not self._is_lost:
            self._is_lost = True
            raise DatabaseAway("the reply is lost")

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Keep it for the test."""
        self.again.append(call)

    def count(self, counter: str, by: int = 1) -> None:
        """Nobody looks."""

    def record_error(self, text: str) -> None:
        """Nobody looks."""


class Queued:
    """Keeps what is queued."""

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self._made = 0

    def new_ids(self, count: int) -> tuple[str, ...]:
        """Each time others."""
        self._made += count
        return tuple(str(number) for number in range(self._made - count, self._made))

    def enqueue_text(
        self, tx: Any, recipient: str, rendered: Sequence[RenderedMessage], kind: Any, *, ids: Sequence[str]
    ) -> None:
        """Remember ids and texts."""
        self.calls.append((tuple(ids), tuple(each.text for each in rendered)))


def test_what_is_queued_again_has_the_ids_that_it_had() -> None:
    host, queued = HostWhoseReplyIsLost(), Queued()
    responder = Responder(cast("Any", host), cast("Any", queued))
    rendered = [RenderedMessage(text=text, ids=()) for text in ("one", "two", "three")]
    with pytest.raises(DatabaseAway):
        responder._responded("U1", rendered, (1, ApiError(error="used_url")))
    (again,) = host.again
    again()
    assert queued.calls == [(("0", "1"), ("two", "three"))] * 2
