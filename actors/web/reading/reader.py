"""All that readers see, from the messages of the other actors. The HealthActor owns one ReadersView."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET

from actors.runtime.ask import Questions
from actors.web.model import building
from actors.web.model.report_facts import ReportFacts
from actors.web.model.views import (
    DraftsPage,
    DraftView,
    EventKind,
    EventsPage,
    EventView,
    NumberView,
    PapersPage,
    PaperView,
    after_id,
)
from actors.web.query.parameters import BadRequest, DraftsParameters, EventsParameters, PapersParameters
from actors.web.reading.checks import CHECKS, ChecksReader
from actors.web.reading.room import AskingRoom
from actors.web.reading.sources import KnownReply, NoAnswerYet, NothingFound, ReadersOwner, ReplySource, ReplySources
from messages.drafts import DraftsQuery, DraftsReply
from messages.inquiries import ExplainNumber, NumberExplained
from messages.papers import PaperKind, RecentPapersQuery, RecentPapersReply
from messages.reading import (
    DraftHistoryQuery,
    DraftHistoryReply,
    FirstToldQuery,
    FirstToldReply,
    IncidentHistoryQuery,
    IncidentHistoryReply,
    MatchQuery,
    MatchReply,
    PapersPageQuery,
    PapersPageReply,
    RequestHistoryQuery,
    RequestHistoryReply,
)
from messages.sources import RecentMailingsQuery, RecentMailingsReply, SourcesQuery, SourcesReply

MOST_DRAFTS = 500
MOST_RECENT_PAPERS = 500
MOST_HISTORY = 1000
MOST_INCIDENTS = 200
MOST_MAILINGS = 50
MAILINGS = "mailings"
MOST_MATCHED_PAPERS = 500
"""How many of each are kept and shown."""

HISTORY_DAYS = 400
REQUEST_DAYS = 14
"""How far back the timeline and the plots go."""

PROBLEMS = frozenset({EventKind.PROBLEM_BEGAN, EventKind.PROBLEM_RESOLVED})
"""What a public page does not show."""


class ReadersView:
    """Asks the others, keeps what they said, and makes of it what readers see. In a `public` one nothing is about
    hosts, errors, users or Slack."""

    def __init__(
        self, owner: ReadersOwner, public: Callable[[], bool], has_checks: Callable[[], bool] = lambda: False
    ) -> None:
        self._owner = owner
        self._public = public
        self._questions = Questions(owner)
        self._room = AskingRoom()
        self.checks = ChecksReader(owner, self._questions, self._room, public, has_checks)
        self._built_drafts: tuple[tuple[Any, ...], tuple[DraftView, ...]] | None = None
        self._built_events: tuple[tuple[Any, ...], tuple[EventView, ...]] | None = None
        self._drafts: ReplySource[DraftsReply] = self._source(
            "prober", lambda id: DraftsQuery(request_id=id, limit=MOST_DRAFTS), 30.0
        )
        self._history: ReplySource[DraftHistoryReply] = self._source(
            "prober",
            lambda id: DraftHistoryQuery(request_id=id, since=self._ago(HISTORY_DAYS), limit=MOST_HISTORY),
            30.0,
        )
        self._recent: ReplySource[RecentPapersReply] = self._source(
            "index", lambda id: RecentPapersQuery(request_id=id, limit=MOST_RECENT_PAPERS), 30.0
        )
        self._mailings: ReplySource[RecentMailingsReply] = self._source(
            "index", lambda id: RecentMailingsQuery(request_id=id, limit=MOST_MAILINGS), 30.0
        )
        self._told: ReplySource[FirstToldReply] = self._source(
            "notifier", lambda id: FirstToldQuery(request_id=id, ids=self._draft_ids()), 5.0
        )
        self._incidents: ReplySource[IncidentHistoryReply] = self._source(
            "notifier",
            lambda id: IncidentHistoryQuery(request_id=id, since=self._ago(HISTORY_DAYS), limit=MOST_INCIDENTS),
            5.0,
        )
        self._requests: ReplySources[RequestHistoryReply] = ReplySources(
            lambda days: self._chosen(
                "prober",
                lambda id: RequestHistoryQuery(request_id=id, since=self._ago(days), by_day=days > REQUEST_DAYS),
                20.0,
            )
        )
        self._pages: ReplySources[PapersPageReply] = ReplySources(
            lambda parameters: self._chosen("index", lambda id: _papers_query(id, parameters), 60.0)
        )
        self._numbers: ReplySources[NumberExplained] = ReplySources(
            lambda number: self._chosen("prober", lambda id: ExplainNumber(request_id=id, number=number), 3.0)
        )
        self._sources: ReplySources[SourcesReply] = ReplySources(
            lambda number: self._chosen(
                "index", lambda id: SourcesQuery(request_id=id, kind=PaperKind.P, number=number), 60.0
            )
        )
        self._matches: ReplySources[MatchReply] = ReplySources(
            lambda entry: self._chosen("watchlist", lambda id: self._match_query(id, entry), 10.0)
        )

    # --- what the actor passes on

    def replied(self, reply: Any) -> None:
        """A reply to a question of the reader."""
        self._questions.replied(reply)

    def outdate(self, actor: str) -> None:
        """This actor knows more than it said."""
        if actor == CHECKS:
            self.checks.outdate()
            return
        for source in (self._drafts, self._history, self._recent, self._mailings, self._told, self._incidents):
            if source.actor == actor or source is self._told:
                source.outdate()
        if actor == "index":
            self._pages.outdate()
            self._sources.outdate()
        self._numbers.outdate()
        self._matches.outdate()

    # --- what readers ask for

    async def drafts(self, shows_all: bool = False) -> KnownReply[tuple[DraftView, ...]]:
        """All drafts that are shown, newest first; `shows_all` is for operators. Raises NoAnswerYet."""
        drafts = await self._drafts.read()
        history = await _or_none(self._history)
        told = None if self._public() and not shows_all else await _or_none(self._told)
        joined = _joined((), drafts, history, told)
        key = (shows_all, told is None, history is None, *joined.version)
        if self._built_drafts is None or self._built_drafts[0] != key:
            published_at = building.published_at(history.value.entries) if history is not None else {}
            told_at = dict(told.value.told) if told is not None else {}
            views = tuple(
                building.draft_view(draft, told_at.get(draft.id), published_at.get(draft.id))
                for draft in drafts.value.drafts
            )
            self._built_drafts = (key, views)
        return replace(joined, value=self._built_drafts[1])

    async def drafts_page(self, asked: DraftsParameters) -> DraftsPage:
        """A page of them. Raises NoAnswerYet, NothingFound."""
        known = await self.drafts()
        wanted = [view for view in known.value if _is_wanted(view, asked)]
        items, more = _page(wanted, known.value, asked.after, asked.limit)
        return DraftsPage(items=items, next=after_id(items, more), as_of=as_of(known))

    async def papers_page(self, asked: PapersParameters) -> PapersPage:
        """A page of papers. Raises NoAnswerYet, NothingFound."""
        known = await self._pages.get(asked).read()
        if not known.value.is_after_known:
            raise NothingFound(f"there is no entry {asked.after}: `after` is the id of one")
        views = tuple(building.paper_view(each.paper, each.noticed_at, each.is_news) for each in known.value.papers)
        items, more = views[: asked.limit], len(views) > asked.limit
        return PapersPage(items=items, next=after_id(items, more), as_of=as_of(known))

    async def events(self) -> KnownReply[tuple[EventView, ...]]:
        """The timeline. Raises NoAnswerYet if nobody has ever answered."""
        history, recent, drafts = (
            await _or_none(self._history),
            await _or_none(self._recent),
            await _or_none(self._drafts),
        )
        mailings = await _or_none(self._mailings)
        incidents = None if self._public() else await _or_none(self._incidents)
        flips = await self.checks.flips()
        if history is None and recent is None:
            raise NoAnswerYet("neither the prober nor the index has answered yet: try again in a moment")
        sources = (history, recent, drafts, mailings, incidents, flips)
        joined = _joined((), *sources)
        key = (*(source is None for source in sources), *joined.version)
        if self._built_events is None or self._built_events[0] != key:
            listed = drafts.value.drafts if drafts is not None else ()
            found = building.events(
                history.value.entries if history is not None else (),
                {draft.id: building.draft_view(draft, None, None) for draft in listed},
                recent.value.papers if recent is not None else (),
                incidents.value.incidents if incidents is not None else (),
                mailings.value.mailings if mailings is not None else (),
                building.flip_events(flips.value.flips if flips is not None else (), is_public=self._public()),
            )
            self._built_events = (key, found)
        return replace(joined, value=self._built_events[1])

    async def papers_version(self, asked: PapersParameters) -> tuple[Any, ...]:
        """What changes when a page of papers does. Raises NoAnswerYet."""
        known = await self._pages.get(asked).read()
        return (known.is_current, *known.version)

    async def events_page(self, asked: EventsParameters) -> EventsPage:
        """A page of the timeline. Raises NoAnswerYet, NothingFound."""
        known = await self.events()
        wanted = [
            event
            for event in known.value
            if (asked.kind is UNSET or event.kind is asked.kind) and (asked.since is UNSET or event.at >= asked.since)
        ]
        items, more = _page(wanted, known.value, asked.after, asked.limit)
        return EventsPage(items=items, next=after_id(items, more), as_of=as_of(known))

    async def number(self, number: int) -> NumberView:
        """What is known about a number. Raises NoAnswerYet, NothingFound."""
        papers = await self._pages.get(PapersParameters(limit=200, number=number)).read()
        drafts = await self.drafts()
        explained: KnownReply[NumberExplained] | None = None
        if not self._public() and number > 0:
            explained = await _or_none(self._numbers.get(number))
        said = await _or_none(self._sources.get(number))
        found = tuple(view for view in drafts.value if view.number == number)
        if not papers.value.papers and not found and (explained is None or explained.value.interval is None):
            raise NothingFound(f"nothing is known about {number}")
        known = _joined(None, *(each for each in (papers, drafts, said, explained) if each is not None))
        return NumberView(
            number=number,
            papers=tuple(
                building.paper_view(each.paper, each.noticed_at, each.is_news) for each in papers.value.papers
            ),
            sources=tuple(map(building.sources_view, said.value.papers)) if said is not None else (),
            drafts=found,
            schedule=building.schedule_view(explained.value) if explained is not None else None,
            as_of=as_of(known),
        )

    async def feed(self, entry: str) -> KnownReply[tuple[DraftView | PaperView | EventView, ...]]:
        """Drafts, papers and mailings, in no order; those that `entry` matches unless it is empty; or what happened to
        checks, if it is `checks` and there are any. Raises BadRequest, NoAnswerYet."""
        if entry.strip().lower() == CHECKS and (flips := await self.checks.flips()) is not None:
            return _joined(building.flip_events(flips.value.flips, is_public=self._public()), flips)
        drafts = await self.drafts()
        papers = await self._feed_papers(entry).read()
        listed = tuple(building.paper_view(each.paper, each.noticed_at, each.is_news) for each in papers.value.papers)
        everything: tuple[DraftView | PaperView, ...] = (*drafts.value, *listed)
        if not entry or entry.strip().lower() == MAILINGS:
            mailings = await _or_none(self._mailings)
            published = tuple(map(building.mailing_event, mailings.value.mailings if mailings is not None else ()))
            return _joined((*(() if entry else everything), *published), drafts, papers, mailings)
        matched = await self._matches.get(entry).read()
        if matched.value.refusal:
            raise BadRequest(matched.value.refusal)
        chosen = tuple(view for view in everything if view.id in matched.value.ids)
        return _joined(chosen, drafts, papers, matched)

    async def requests(self, days: int = REQUEST_DAYS) -> KnownReply[RequestHistoryReply]:
        """How many requests were sent. Raises NoAnswerYet."""
        return await self._requests.get(days).read()

    async def report_facts(self, since: datetime) -> ReportFacts:
        """All that a report is about. Raises NoAnswerYet."""
        now = self._owner.now()
        drafts = await self.drafts(shows_all=True)
        recent = await self._recent.read()
        days = max(1, math.ceil((now - since) / timedelta(days=1)))
        requests, problems = await _or_none(self._requests.get(days)), await _or_none(self._incidents)
        papers = [building.paper_view(each.paper, each.at, True) for each in recent.value.papers if each.at >= since]
        return ReportFacts(
            since=since,
            now=now,
            drafts=drafts.value,
            papers=papers,
            requests=None if requests is None else requests.value,
            problems=None
            if problems is None
            else [each for each in problems.value.incidents if each.ended_at is None or each.ended_at >= since],
            as_of=as_of(_joined(None, drafts, recent, requests, problems)),
        )

    async def schedule(self, number: int) -> KnownReply[NumberExplained]:
        """When a number is asked next. Raises NoAnswerYet."""
        return await self._numbers.get(number).read()

    # --- questions

    def _source(self, actor: str, ask: Callable[[str], Any], max_age: float) -> ReplySource[Any]:
        return ReplySource(self._owner, self._questions, actor, ask, max_age)

    def _chosen(self, actor: str, ask: Callable[[str], Any], max_age: float) -> ReplySource[Any]:
        """Of those that readers choose among many."""
        return ReplySource(self._owner, self._questions, actor, ask, max_age, self._room)

    def _ago(self, days: int) -> datetime:
        return self._owner.now() - timedelta(days=days)

    def _draft_ids(self) -> tuple[str, ...]:
        known = self._drafts.known()
        return tuple(draft.id for draft in known.value.drafts) if known is not None else ()

    def _feed_papers(self, entry: str) -> ReplySource[PapersPageReply]:
        """The papers of the feed; issues too where an entry chooses."""
        return self._pages.get("every kind" if entry else "papers")

    def _match_query(self, request_id: str, entry: str) -> MatchQuery:
        drafts, papers = self._drafts.known(), self._feed_papers(entry).known()
        return MatchQuery(
            request_id=request_id,
            entry=entry,
            papers=tuple(each.paper for each in papers.value.papers) if papers is not None else (),
            drafts=drafts.value.drafts if drafts is not None else (),
        )


def as_of(known: KnownReply[Any]) -> datetime | None:
    """When it was said, if there is newer that is not to be had."""
    return None if known.is_current else known.at


async def _or_none(source: ReplySource[Any]) -> KnownReply[Any] | None:
    try:
        return await source.read()
    except NoAnswerYet:
        return None


def _joined(value: Any, *sources: KnownReply[Any] | None) -> KnownReply[Any]:
    """As old as the oldest that is not current."""
    known = [source for source in sources if source is not None]
    old = [source.at for source in known if not source.is_current]
    at = min(old) if old else min(source.at for source in known)
    version = tuple(each for source in known for each in source.version)
    return KnownReply(value=value, at=at, is_current=not old, version=version)


def _is_wanted(view: DraftView, asked: DraftsParameters) -> bool:
    return (
        (asked.number is UNSET or view.number == asked.number)
        and (asked.state is UNSET or view.state == asked.state)
        and (asked.words is UNSET or has_words(view, asked.words))
    )


def has_words(view: DraftView | PaperView, words: str) -> bool:
    """Whether all these words are in its id, title or authors, as parts of words, in any case."""
    text = " ".join((view.id, view.title, *view.authors)).casefold()
    return all(word in text for word in words.casefold().split())


def _page(wanted: list[Any], everything: Iterable[Any], after: Any, limit: int) -> tuple[tuple[Any, ...], bool]:
    """The items after that id, at most `limit`, and whether there are more."""
    if after is not UNSET:
        places: Mapping[str, int] = {each.id: place for place, each in enumerate(everything)}
        if after not in places:
            raise NothingFound(f"there is no {after}: `after` is the id of an item of this list")
        wanted = [each for each in wanted if places[each.id] > places[after]]
    return tuple(wanted[:limit]), len(wanted) > limit


def _papers_query(request_id: str, asked: PapersParameters | str) -> PapersPageQuery:
    if isinstance(asked, str):
        kinds = tuple(PaperKind) if asked == "every kind" else ()
        return PapersPageQuery(
            request_id=request_id, kinds=kinds, number=None, words=(), since=None, until=None, after="",
            limit=MOST_MATCHED_PAPERS,
        )  # fmt: skip
    return PapersPageQuery(
        request_id=request_id,
        kinds=() if asked.kind is UNSET else (PaperKind(asked.kind),),
        number=None if asked.number is UNSET else asked.number,
        words=() if asked.words is UNSET else tuple(asked.words.split()),
        since=None if asked.since is UNSET else asked.since,
        until=None if asked.until is UNSET else asked.until,
        after="" if asked.after is UNSET else asked.after,
        limit=asked.limit + 1,
    )
