"""How a request is refused that is not let in, and the rule for what monitors read."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType

import msgspec
from aiohttp import web

from actors.web.api.openapi import PROBLEM_JSON
from actors.web.model.views import Problem
from actors.web.server.admission import AdmissionRefusal, known_hosts, refused_browser
from messages.settings import Settings, hosts_in

TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: "Bad request", 401: "Access token needed", 403: "Not allowed", 404: "Not found",
        405: "Method not allowed", 429: "Too many requests", 503: "Not available now",
    }
)  # fmt: skip

RouteHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def hosts_of(settings: Settings) -> frozenset[str]:
    """The names of this service, beside addresses and localhost."""
    return known_hosts((*hosts_in(settings.web.hosts), settings.health.host))


def problem_of(refusal: AdmissionRefusal, headers: Mapping[str, str]) -> web.Response:
    """The refusal as a problem in JSON; `headers` go with whatever is answered."""
    problem = Problem(type="about:blank", title=_title(refusal.status), status=refusal.status, detail=refusal.detail)
    return web.Response(
        body=msgspec.json.encode(problem),
        status=refusal.status,
        content_type=PROBLEM_JSON,
        headers={**headers, **dict(refusal.headers)},
    )


def _title(status: int) -> str:
    return TITLES.get(status) or HTTPStatus(status).phrase.capitalize()


def for_monitors(routes: Iterable[web.RouteDef], hosts: Callable[[], frozenset[str]]) -> list[web.RouteDef]:
    """The routes of what monitors read. A browser reads it under the names of this service only: `hosts`, as they are
    when it asks."""

    def guarded(answer: RouteHandler) -> RouteHandler:
        async def answer_or_refuse(request: web.Request) -> web.StreamResponse:
            refusal = refused_browser(request.headers, hosts())
            return await answer(request) if refusal is None else problem_of(refusal, {})

        return answer_or_refuse

    return [web.RouteDef(each.method, each.path, guarded(each.handler), each.kwargs) for each in routes]
