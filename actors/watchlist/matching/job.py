"""How far the telling of one event has come, as far as that is in memory only. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from actors.watchlist.matching.recipients import NewsItem
from messages.notices import Notice
from messages.papers import CaughtUp, Occasion


@dataclass(slots=True, kw_only=True)
class Job:
    """`at`: when the event was taken. `rest` are the things that are not looked at yet; `position` so many were before
    `thing`, the one that is being written down. `users` are those whom it may concern and who come next; all up to
    `last_user` were looked at. All users up to `told` were told. `notices` are known by their id."""

    event: Any
    at: datetime
    rest: Iterator[NewsItem]
    position: int
    last_user: str
    thing: NewsItem | None = None
    users: Iterator[str] = field(default_factory=lambda: iter(()))
    told: str = ""
    notices: dict[int, Notice] = field(default_factory=dict)

    @property
    def is_of_a_catch_up(self) -> bool:
        """Whether it is told when that is over, or is the end of one."""
        occasion = getattr(self.event, "occasion", Occasion.NEWS)
        return isinstance(self.event, CaughtUp) or occasion is Occasion.CATCH_UP

    def take_up(self) -> bool:
        """Look at the next thing; False when there is none."""
        self.thing = next(self.rest, None)
        if self.thing is None:
            return False
        self.users = self.thing.candidates(self.last_user)
        return True

    def next_users(self, most: int) -> Sequence[str]:
        """Those who come next; fewer than `most` when there are no others, and so the thing is done with."""
        portion = list(islice(self.users, most))
        if len(portion) == most:
            self.last_user = portion[-1]
        else:
            self.thing, self.last_user = None, ""
            self.position += 1
        return portion
