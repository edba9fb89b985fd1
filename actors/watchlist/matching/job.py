"""How far one event has been announced, as far as that is kept in memory only. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from actors.watchlist.matching.recipients import NewsItem
from messages.notices import Notice
from messages.papers import CaughtUp, MailingPublished, Occasion


@dataclass(slots=True, kw_only=True)
class Job:
    """An event is matched item by item, and each item user by user, in the users' alphabetical order.

    `queued_at` is when the event was taken. `item` is being matched, `position` items came before it, and `remaining`
    come after it. Its users up to `last_user` have been looked at; `users` come next. Afterwards users are notified:
    all of them up to `notified_to` have been. `notices` holds the event's notices by their ids.
    """

    event: Any
    queued_at: datetime
    remaining: Iterator[NewsItem]
    position: int
    last_user: str
    item: NewsItem | None = None
    users: Iterator[str] = field(default_factory=lambda: iter(()))
    notified_to: str = ""
    notices: dict[int, Notice] = field(default_factory=dict)

    @property
    def is_catch_up(self) -> bool:
        """Whether the event belongs to a catch-up or a mailing, which users get as one message when it is over."""
        occasion = getattr(self.event, "occasion", Occasion.NEWS)
        return self.is_its_end or occasion in (Occasion.CATCH_UP, Occasion.MAILING)

    @property
    def is_its_end(self) -> bool:
        """Whether it is over with this event."""
        return isinstance(self.event, CaughtUp | MailingPublished)

    @property
    def only(self) -> tuple[str, ...] | None:
        """The ids of what is told with this event of all that waits: other mailings may come after it."""
        if not isinstance(self.event, MailingPublished) or self.event.is_last:
            return None
        return (self.event.name, *(paper.id for paper in self.event.papers))

    def next_item(self) -> bool:
        """Start on the next item; False when there is none."""
        self.item = next(self.remaining, None)
        if self.item is None:
            return False
        self.users = self.item.candidates(self.last_user)
        return True

    def next_users(self, limit: int) -> Sequence[str]:
        """The next users of the item. Fewer than `limit` mean that these were the last, and the item is done."""
        batch = list(islice(self.users, limit))
        if len(batch) == limit:
            self.last_user = batch[-1]
        else:
            self.item, self.last_user = None, ""
            self.position += 1
        return batch
