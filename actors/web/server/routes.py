"""What is served to people and programs, apart from health itself: the page, its parts, the feed and the API."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote, unquote_plus

import msgspec
from aiohttp import web

from actors.web.api import openapi
from actors.web.badges.files import BADGE_FILES, BADGE_HEADERS, badge_file
from actors.web.feed import atom
from actors.web.model.views import HealthView
from actors.web.page import assets
from actors.web.page.rendering import PageRenderer
from actors.web.query import parameters
from actors.web.query.encodings import takes_gzip
from actors.web.query.parameters import (
    BadgeParameters,
    BadRequest,
    CheckParameters,
    ChecksParameters,
    DraftsParameters,
    EventsParameters,
    FeedParameters,
    NothingParameters,
    NumberParameters,
    PageParameters,
    PapersParameters,
    read,
)
from actors.web.reading.reader import ReadersView, as_of
from actors.web.reading.sources import NoAnswerYet, NothingFound, ReadersOwner
from actors.web.server import admission
from actors.web.server.admission import AdmissionRefusal, RequestLimiter
from actors.web.server.parts import PARTS, PageParts
from actors.web.server.refusing import hosts_of, problem_of
from actors.web.server.streams import LiveStreams
from messages.about import VERSION
from messages.settings import Settings, WebSettings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

LEAST_PACKED_BYTES = 1000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebOwner(ReadersOwner, Protocol):
    """What the actor offers that owns the server."""

    @property
    def settings(self) -> Settings:
        """The configuration."""


class WebRoutes:
    """Of the HealthActor. `health` says whether all is well; `touch` keeps the connection of a stream."""

    def __init__(
        self,
        owner: WebOwner,
        reader: ReadersView,
        health: Callable[[], Awaitable[HealthView]],
        touch: Callable[[web.Request], None],
    ) -> None:
        self._owner = owner
        self._reader = reader
        self._hosts: frozenset[str] = frozenset()
        self._headers: Mapping[str, str] = MappingProxyType({})
        self._limiter = RequestLimiter(owner.settings.web.requests_per_minute)
        self.settings_changed()
        self._assets = assets.load()
        self._parts = PageParts(owner, reader, health, PageRenderer())
        self.streams = LiveStreams(PARTS, self._parts.fingerprints, touch)

    def settings_changed(self) -> None:
        """Who may read, and how often, is as the settings say now. Requests count from 0."""
        settings = self._settings
        self._hosts = hosts_of(self._owner.settings)
        self._limiter = RequestLimiter(settings.requests_per_minute)
        beside = settings.beside.rstrip("/")
        frame = f"; frame-src {beside}" if beside else ""
        self._headers = MappingProxyType(
            {
                "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}{frame}",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Resource-Policy": "same-origin",
            }
        )

    @property
    def _settings(self) -> WebSettings:
        return self._owner.settings.web

    def routes(self) -> list[web.AbstractRouteDef]:
        """All of them; the last takes whatever no other takes."""
        return [
            web.get("/", self._guarded(self._page)),
            web.get("/parts/{part}", self._guarded(self._part)),
            web.get("/numbers/{number}", self._guarded(self._number_page)),
            web.get("/plots.json", self._guarded(self._plots)),
            web.get("/live", self._guarded(self._live)),
            web.get("/static/{name}", self._guarded(self._asset, is_counted=False)),
            web.get("/feed.atom", self._guarded(self._feed)),
            web.get("/api/v1/openapi.json", self._guarded(self._openapi, is_api=True)),
            web.get("/api/v1/drafts", self._guarded(self._drafts, is_api=True)),
            web.get("/api/v1/papers", self._guarded(self._papers, is_api=True)),
            web.get("/api/v1/events", self._guarded(self._events, is_api=True)),
            web.get("/api/v1/numbers/{number}", self._guarded(self._number, is_api=True)),
            web.get("/api/v1/checks", self._guarded(self._checks, is_api=True)),
            web.get(r"/api/v1/checks/{key:[\s\S]+}", self._guarded(self._check, is_api=True)),
            web.get(r"/checks/{key:[\s\S]+}", self._guarded(self._check_page)),
            web.get("/badges/{token}/{file}", self._guarded(self._badge, is_badge=True)),
            web.route("*", r"/{path:[\s\S]*}", self._guarded(self._nothing, is_api=True)),
        ]

    # --- who may ask

    def _guarded(
        self, handler: Handler, is_api: bool = False, is_counted: bool = True, is_badge: bool = False
    ) -> Handler:
        """The handler, for requests that are let in; a refusal is a problem in JSON. A badge is for pages of other
        sites: whoever knows its address may see it."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            refusal = self._refused_badge(request) if is_badge else self._refused(request, is_api, is_counted)
            if refusal is not None:
                return self._problem(refusal)
            if self._owner.leader and not request.path.startswith("/static/"):
                detail = f"this instance is a standby: {self._owner.leader} leads, and answers"
                return self._problem(AdmissionRefusal(status=503, detail=detail))
            try:
                return await handler(request)
            except BadRequest as error:
                return self._problem(AdmissionRefusal(status=400, detail=str(error)))
            except NothingFound as error:
                return self._problem(AdmissionRefusal(status=404, detail=str(error)))
            except NoAnswerYet as error:
                return self._problem(AdmissionRefusal(status=503, detail=str(error), headers=(("Retry-After", "5"),)))

        return guarded

    def _refused(self, request: web.Request, is_api: bool, is_counted: bool) -> AdmissionRefusal | None:
        host = request.headers.get("Host", "")
        is_open = self._settings.public and not is_api
        return (
            admission.refused_host(host, self._hosts)
            or admission.refused_origin(request.headers, host)
            or (self._limiter.refused(request.remote or "", self._owner.clock()) if is_counted else None)
            or (None if is_open else admission.refused_token(request.headers, self._settings.token))
        )

    def _refused_badge(self, request: web.Request) -> AdmissionRefusal | None:
        return admission.refused_host(request.headers.get("Host", ""), self._hosts) or self._limiter.refused(
            request.remote or "", self._owner.clock()
        )

    def _problem(self, refusal: AdmissionRefusal) -> web.Response:
        return problem_of(refusal, self._headers)

    async def _nothing(self, request: web.Request) -> web.Response:
        if taken := await _methods_taken(request):
            allowed = ", ".join(taken)
            detail = f"{request.path} {f'takes {allowed}' if 'POST' in taken else 'can only be read'}"
            return self._problem(AdmissionRefusal(status=405, detail=detail, headers=(("Allow", allowed),)))
        raise NothingFound(f"there is nothing at {request.path[:200]}")

    # --- the API

    async def _openapi(self, request: web.Request) -> web.Response:
        read(_pairs(request), NothingParameters)
        body = json.dumps(openapi.document(VERSION), indent=1).encode()
        return self._answer(request, body, "application/json")

    async def _drafts(self, request: web.Request) -> web.Response:
        return self._json(request, await self._reader.drafts_page(read(_pairs(request), DraftsParameters)))

    async def _papers(self, request: web.Request) -> web.Response:
        return self._json(request, await self._reader.papers_page(read(_pairs(request), PapersParameters)))

    async def _events(self, request: web.Request) -> web.Response:
        return self._json(request, await self._reader.events_page(read(_pairs(request), EventsParameters)))

    async def _number(self, request: web.Request) -> web.Response:
        read(_pairs(request), NumberParameters)
        number = parameters.number(request.match_info["number"])
        return self._json(request, await self._reader.number(number))

    async def _checks(self, request: web.Request) -> web.Response:
        asked = read(_pairs(request), ChecksParameters)
        return self._json(request, await self._reader.checks.page(asked))

    async def _check(self, request: web.Request) -> web.Response:
        read(_pairs(request), CheckParameters)
        return self._json(request, await self._reader.checks.history(request.match_info["key"]))

    def _json(self, request: web.Request, value: Any) -> web.Response:
        return self._answer(request, msgspec.json.encode(value), "application/json")

    # --- the feed

    async def _feed(self, request: web.Request) -> web.Response:
        asked = read(_pairs(request), FeedParameters)
        entry = asked.q if isinstance(asked.q, str) else ""
        known = await self._reader.feed(entry)
        root = f"{request.scheme}://{request.headers.get('Host', '')}"
        body = atom.feed(known.value, entry, f"{root}/feed.atom{f'?q={quote(entry)}' if entry else ''}", f"{root}/")
        response = self._answer(request, body, "application/atom+xml")
        if (old := as_of(known)) is not None:
            response.headers["Age"] = str(int((self._owner.now() - old).total_seconds()))
        return response

    # --- the page

    async def _page(self, request: web.Request) -> web.Response:
        asked = read(_pairs(request), PageParameters)
        return self._html(request, await self._parts.page(asked.q))

    async def _part(self, request: web.Request) -> web.Response:
        asked = read(_pairs(request), PageParameters)
        part = request.match_info["part"]
        if part not in PARTS:
            raise NothingFound(f"there is no part {part[:100]!r}")
        return self._html(request, await self._parts.part(part, asked.q))

    async def _number_page(self, request: web.Request) -> web.Response:
        read(_pairs(request), NothingParameters)
        number = parameters.number(request.match_info["number"])
        return self._html(request, await self._parts.number(number))

    async def _check_page(self, request: web.Request) -> web.Response:
        read(_pairs(request), NothingParameters)
        return self._html(request, await self._parts.check(request.match_info["key"]))

    async def _badge(self, request: web.Request) -> web.Response:
        asked = read(_pairs(request), BadgeParameters)
        reply = await self._reader.checks.badge(request.match_info["token"])
        file = badge_file(request.match_info["file"], reply, asked.window, self._owner.now())
        if file is None:
            raise NothingFound("badges are called " + ", ".join(BADGE_FILES))
        response = self._answer(request, file.content, file.media_type)
        response.headers.update(BADGE_HEADERS)
        return response

    async def _plots(self, request: web.Request) -> web.Response:
        read(_pairs(request), NothingParameters)
        return self._json(request, await self._parts.plots())

    async def _live(self, request: web.Request) -> web.StreamResponse:
        read(_pairs(request), NothingParameters)
        if self.streams.is_full:
            headers = (("Retry-After", "30"),)
            detail = "too many pages are open: this one asks again by itself"
            return self._problem(AdmissionRefusal(status=503, detail=detail, headers=headers))
        return await self.streams.serve(request, self._headers)

    async def _asset(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise NothingFound(f"there is nothing at {request.path[:200]}")
        return self._answer(request, asset.content, asset.kind, asset.etag)

    # --- answers

    def _html(self, request: web.Request, text: str) -> web.Response:
        return self._answer(request, text.encode(), "text/html")

    def _answer(self, request: web.Request, body: bytes, kind: str, etag: str = "") -> web.Response:
        """With an ETag; 304 without a body for a client that has it."""
        tag = f'"{etag or hashlib.sha256(body).hexdigest()[:24]}"'
        headers = {
            **self._headers,
            "ETag": f"W/{tag}",  # the same, packed or not
            "Cache-Control": "no-cache",
            "Vary": "Authorization, Accept-Encoding",
        }
        if _has(request.headers.get("If-None-Match", ""), tag):
            return web.Response(status=304, headers=headers)
        response = web.Response(body=body, headers=headers, content_type=kind, charset="utf-8")
        if len(body) > LEAST_PACKED_BYTES and takes_gzip(request.headers.get("Accept-Encoding", "")):
            response.enable_compression(web.ContentCoding.gzip)
        return response


def _has(header: str, tag: str) -> bool:
    given = {each.strip().removeprefix("W/") for each in header.split(",")}
    return tag in given or "*" in given


def _pairs(request: web.Request) -> list[tuple[str, str]]:
    """The query as it was sent: names and values, decoded, in order. Raises BadRequest for what is not UTF-8."""
    raw = request.rel_url.raw_query_string
    pairs = []
    for piece in filter(None, raw.split("&")):
        name, _, value = piece.partition("=")
        try:
            pairs.append((unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")))
        except UnicodeDecodeError as error:
            raise BadRequest("the query is not UTF-8") from error
    return pairs


async def _methods_taken(request: web.Request) -> tuple[str, ...]:
    """Those that another route than this one, which takes whatever no other takes, has for this address."""
    router, rest = request.app.router, request.match_info.route.resource
    matches = {method: await router.resolve(request.clone(method=method)) for method in ("GET", "HEAD", "POST")}
    return tuple(method for method, match in matches.items() if match.route.resource is not rest)
