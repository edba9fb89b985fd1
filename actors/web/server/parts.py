"""The parts of the page: each is rendered by itself, and rendered again when it is new."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import msgspec

from actors.web.model.check_board import board_view, check_page
from actors.web.model.views import DraftView, HealthView, PapersPage
from actors.web.page.rendering import PageRenderer
from actors.web.plots.series import Plots, median, plots_of
from actors.web.query.parameters import MAX_TEXT, PapersParameters
from actors.web.reading.reader import REQUEST_DAYS, ReadersView, as_of, has_words
from actors.web.reading.sources import KnownReply, NoAnswerYet, ReadersOwner
from messages.about import VERSION
from messages.settings import Settings

PARTS = ("status", "checks", "drafts", "papers", "timeline", "figures")

SHOWN_DRAFTS = 50
SHOWN_PAPERS = 30
SHOWN_EVENTS = 60

HOURS = 24
"""Of which the requests are shown in figures."""


class PartsOwner(ReadersOwner, Protocol):
    """What the actor offers that owns the server."""

    @property
    def settings(self) -> Settings:
        """The configuration."""


class PageParts:
    """Renders the page from what the reader knows."""

    def __init__(
        self,
        owner: PartsOwner,
        reader: ReadersView,
        health: Callable[[], Awaitable[HealthView]],
        renderer: PageRenderer,
    ) -> None:
        self._owner = owner
        self._reader = reader
        self._health = health
        self._renderer = renderer
        self._rendered_checks: tuple[tuple[Any, ...], str] | None = None

    async def page(self, words: str) -> str:
        """The whole page; `words` choose drafts and papers."""
        parts = {part: await self.part(part, words) for part in PARTS}
        return self._renderer.render("page.html", parts=parts, words=words, longest=MAX_TEXT, **self._about())

    async def part(self, name: str, words: str) -> str:
        """One part."""
        try:
            if name == "checks":
                return await self._checks()
            values = await getattr(self, f"_{name}")(words)
        except NoAnswerYet as error:
            return self._renderer.render("away.html", detail=str(error))
        return self._renderer.render(f"{name}.html", **values, **self._about())

    async def number(self, number: int) -> str:
        """The page about a number. Raises NothingFound, NoAnswerYet."""
        view = await self._reader.number(number)
        return self._renderer.render("number.html", view=view, **self._about())

    async def check(self, key: str) -> str:
        """The page about a check. Raises NothingFound, NoAnswerYet."""
        view = await self._reader.checks.history(key)
        badges = "" if self._owner.settings.web.public else await self._reader.checks.badge_of(key)
        page = check_page(view, badges, self._owner.now())
        return self._renderer.render("check.html", page=page, **self._about())

    async def plots(self) -> Plots:
        """The numbers of the plots. Raises NoAnswerYet."""
        now = self._owner.now()
        drafts = await self._reader.drafts()
        requests = None
        if not self._owner.settings.web.public:
            try:
                requests = (await self._reader.requests()).value
            except NoAnswerYet:
                requests = None
        return plots_of(drafts.value, requests, now - timedelta(days=REQUEST_DAYS), now)

    async def fingerprints(self) -> Mapping[str, str]:
        """What each part is made of now, without a search: another text for what looks another way."""
        return {part: await self._fingerprint(part) for part in PARTS}

    async def _fingerprint(self, part: str) -> str:
        try:
            match part:
                case "status":
                    return msgspec.json.encode(await self._health()).decode()
                case "checks":
                    return await self._checks()
                case "drafts":
                    return _version(await self._reader.drafts())
                case "papers":
                    return repr(await self._reader.papers_version(PapersParameters(limit=SHOWN_PAPERS)))
                case "timeline":
                    return _version(await self._reader.events())
                case _:
                    spent = "" if self._owner.settings.web.public else _version(await self._reader.requests())
                    return f"{_version(await self._reader.drafts())} {spent}"
        except NoAnswerYet as error:
            return str(error)

    # --- parts

    async def _status(self, words: str) -> dict[str, Any]:
        return {"health": await self._health()}

    async def _checks(self) -> str:
        """Rendered once for all readers, when something has changed."""
        known = await self._reader.checks.board()
        key = (known.is_current, known.version)
        if self._rendered_checks is None or self._rendered_checks[0] != key:
            board = board_view(known.value, self._owner.now(), is_public=self._owner.settings.web.public)
            html = self._renderer.render("checks.html", board=board, as_of=as_of(known), **self._about())
            self._rendered_checks = (key, html)
        return self._rendered_checks[1]

    async def _drafts(self, words: str) -> dict[str, Any]:
        known = await self._reader.drafts()
        chosen = [draft for draft in known.value if not words.strip() or has_words(draft, words)]
        return {
            "drafts": chosen[:SHOWN_DRAFTS],
            "more": max(0, len(chosen) - SHOWN_DRAFTS),
            "words": words,
            "number": number_in(words),
            "as_of": as_of(known),
        }

    async def _papers(self, words: str) -> dict[str, Any]:
        words = words.strip()
        asked = PapersParameters(limit=SHOWN_PAPERS, words=words) if words else PapersParameters(limit=SHOWN_PAPERS)
        page: PapersPage = await self._reader.papers_page(asked)
        return {"papers": page.items, "is_cut": page.next is not None, "words": words, "as_of": page.as_of}

    async def _timeline(self, words: str) -> dict[str, Any]:
        known = await self._reader.events()
        return {"events": known.value[:SHOWN_EVENTS], "as_of": as_of(known)}

    async def _figures(self, words: str) -> dict[str, Any]:
        drafts: KnownReply[tuple[DraftView, ...]] = await self._reader.drafts()
        plots = await self.plots()
        lately = self._owner.now() - timedelta(days=REQUEST_DAYS)
        shown = [draft for draft in drafts.value if draft.announced and draft.steps.seen_at >= lately]
        spent = plots.budget
        return {
            "days": REQUEST_DAYS,
            "found": sum(plots.detections.found),
            "published": sum(plots.detections.published),
            "to_see": median(draft.steps.seconds_to_see for draft in shown),
            "to_tell": median(draft.steps.seconds_to_tell for draft in shown),
            "spent": None if spent is None else sum(sum(counts[-HOURS:]) for counts in spent.kinds.values()),
            "allowed": None if spent is None else spent.allowed * HOURS,
        }

    def _about(self) -> dict[str, Any]:
        settings = self._owner.settings.web
        has_checks = self._reader.checks.exist
        return {"version": VERSION, "is_public": settings.public, "beside": settings.beside, "has_checks": has_checks}


def _version(known: KnownReply[Any]) -> str:
    return f"{known.is_current} {known.version}"


def number_in(words: str) -> int | None:
    """The paper number that somebody searches for: `2300`, `P2300`, `d2300r11`."""
    match = re.fullmatch(r"\s*[DPdp]?0*([1-9][0-9]{0,4})(?:[Rr][0-9]{0,3})?\s*", words)
    return int(match[1]) if match is not None else None
