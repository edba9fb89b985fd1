"""What readers see of checks, from the messages of the ChecksActor, which is asked only if there are checks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET

from actors.runtime.ask import Questions
from actors.web.model.check_views import CheckHistoryView, ChecksPage, check_view, history_view
from actors.web.query.parameters import ChecksParameters
from actors.web.reading.room import AskingRoom
from actors.web.reading.sources import KnownReply, NoAnswerYet, NothingFound, ReadersOwner, ReplySource, ReplySources
from messages.check_reading import (
    CheckBadgeQuery,
    CheckBadgeReply,
    CheckBoardQuery,
    CheckBoardReply,
    CheckFlipsQuery,
    CheckFlipsReply,
    CheckHistoryQuery,
    CheckHistoryReply,
    CheckPageQuery,
    CheckPageReply,
)

CHECKS = "checks"
"""The name of the actor."""

BOARD_SECONDS = 5.0
HISTORY_SECONDS = 5.0
BADGE_SECONDS = 30.0
FLIPS_SECONDS = 30.0
"""How old each reply may get."""

HISTORY_DAYS = 30
SHOWN_RUNS = 100
MOST_FLIPS = 200

NO_CHECKS = CheckBoardReply(request_id="", total=0, groups=(), cards=(), is_whole=True)


class ChecksReader:
    """Part of the ReadersView. In a `public` one are names, groups and states only."""

    def __init__(
        self,
        owner: ReadersOwner,
        questions: Questions,
        room: AskingRoom,
        public: Callable[[], bool],
        has_checks: Callable[[], bool],
    ) -> None:
        self._owner = owner
        self._questions = questions
        self._room = room
        self._public = public
        self._has_checks = has_checks
        self._board: ReplySource[CheckBoardReply] = self._source(
            lambda id: CheckBoardQuery(request_id=id), BOARD_SECONDS, None
        )
        self._flips: ReplySource[CheckFlipsReply] = self._source(
            lambda id: CheckFlipsQuery(request_id=id, since=self._ago(HISTORY_DAYS), limit=MOST_FLIPS),
            FLIPS_SECONDS,
            None,
        )
        self._pages: ReplySources[CheckPageReply] = ReplySources(
            lambda asked: self._source(lambda id: _page_query(id, asked), BOARD_SECONDS, room)
        )
        self._histories: ReplySources[CheckHistoryReply] = ReplySources(
            lambda key: self._source(
                lambda id: CheckHistoryQuery(request_id=id, key=key, since=self._ago(HISTORY_DAYS), limit=SHOWN_RUNS),
                HISTORY_SECONDS,
                room,
            )
        )
        self._badges: ReplySources[CheckBadgeReply] = ReplySources(
            lambda token: self._source(lambda id: CheckBadgeQuery(request_id=id, token=token), BADGE_SECONDS, room)
        )

    @property
    def exist(self) -> bool:
        """Whether there are checks."""
        return self._has_checks()

    def outdate(self) -> None:
        """Something went down or came back."""
        self._board.outdate()
        self._flips.outdate()
        self._pages.outdate()
        self._histories.outdate()
        self._badges.outdate()

    async def board(self) -> KnownReply[CheckBoardReply]:
        """All checks at a glance. Raises NoAnswerYet."""
        if not self.exist:
            return KnownReply(value=NO_CHECKS, at=self._owner.now(), is_current=True, version=())
        return await self._board.read()

    async def page(self, asked: ChecksParameters) -> ChecksPage:
        """Some of them. Raises NoAnswerYet, NothingFound."""
        if not self.exist:
            return ChecksPage(items=(), next=None, as_of=None)
        known = await self._pages.get(asked).read()
        if not known.value.is_after_known:
            raise NothingFound(f"there is no check {asked.after}: `after` is `next` of another page")
        items = tuple(check_view(each, is_public=self._public()) for each in known.value.checks)
        return ChecksPage(items=items, next=known.value.next or None, as_of=_as_of(known))

    async def history(self, key: str) -> CheckHistoryView:
        """One of them. Raises NoAnswerYet, NothingFound."""
        known = await self._history(key)
        return history_view(known.value, _as_of(known), is_public=self._public())

    async def badge_of(self, key: str) -> str:
        """The token of its badges. Raises NoAnswerYet, NothingFound."""
        return (await self._history(key)).value.badge

    async def badge(self, token: str) -> CheckBadgeReply:
        """What its badges show. Raises NoAnswerYet, NothingFound."""
        if self.exist:
            reply = (await self._badges.get(token).read()).value
            if reply.card is not None:
                return reply
        raise NothingFound("there is no badge at this address")

    async def flips(self) -> KnownReply[CheckFlipsReply] | None:
        """The last changes of states; None if nobody knows."""
        if not self.exist:
            return None
        try:
            return await self._flips.read()
        except NoAnswerYet:
            return None

    async def _history(self, key: str) -> KnownReply[CheckHistoryReply]:
        if not self.exist:
            raise NothingFound("the configuration has no checks")
        known = await self._histories.get(key).read()
        if known.value.card is None:
            raise NothingFound(known.value.refusal)
        return known

    def _source(self, ask: Callable[[str], Any], max_age: float, room: AskingRoom | None) -> ReplySource[Any]:
        return ReplySource(self._owner, self._questions, CHECKS, ask, max_age, room)

    def _ago(self, days: int) -> datetime:
        return self._owner.now() - timedelta(days=days)


def _as_of(known: KnownReply[Any]) -> datetime | None:
    return None if known.is_current else known.at


def _page_query(request_id: str, asked: ChecksParameters) -> CheckPageQuery:
    return CheckPageQuery(
        request_id=request_id,
        after="" if asked.after is UNSET else asked.after,
        limit=asked.limit,
        group=None if asked.group is UNSET else asked.group,
        state=None if asked.status is UNSET else asked.status,
    )
