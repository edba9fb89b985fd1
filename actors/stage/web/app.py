"""The web server of the stage: every site of the stand-in world on one loopback port, and the stage's own door.

`/_stage/events` takes a JSON array of scripted events, `/_stage/state` tells what happened, `/_stage/requests?site=`
who asked a site for what, `/_stage/wait?seq=` answers when more than so many events have happened.
"""

import asyncio
import ipaddress
from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from aiohttp import web

from actors.stage.faults.exchange import Asking, Reply, Site
from actors.stage.faults.faults import FaultRule, Slow, TransportFault, first_of
from actors.stage.page.front_page import front_page
from actors.stage.page.slackpage import slack_page
from actors.stage.sites import sites
from actors.stage.web import wire
from actors.stage.web.fault_delivery import deliver
from actors.stage.web.people import People
from actors.stage.web.ports import PortRoutes
from actors.stage.web.runner import runner_of
from actors.stage.web.store import Stage
from actors.stage.world.journal import JournalEntry
from actors.stage.world.script import Answered, FaultMet

LARGEST_REQUEST = 64 * 2**20
"""Bytes."""

LONGEST_WAIT = 20.0
"""Seconds that `/_stage/wait` waits."""

NOTIFY_DELAY = 0.02
"""Seconds before a waiter gets its answer, so that a stage with a thousand requests a second is polled less often."""

CLOSE_LIMIT = 0.2
"""Seconds that a closing stage waits for open connections."""

_POLICY = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self';"
        " form-action 'self'; frame-ancestors 'self' http://127.0.0.1:* http://localhost:*"
    }
)


def application(stage: Stage, people: People | None = None, ports: PortRoutes | None = None) -> web.Application:
    """All sites of one stage, to be run on the stage's loop; with `people`, if somebody else speaks for them too, and
    with the `ports` that may be opened."""
    ports = ports or PortRoutes(stage)
    front = _Front(stage, ports)
    people = people or People(stage)
    app = web.Application(client_max_size=LARGEST_REQUEST)
    app.add_routes(
        [
            web.get("/", front.front),
            web.get("/slack", front.page),
            web.get("/index.json", front.index),
            web.get("/robots.txt", front.robots),
            web.get("/files/papers/{name}", front.papers),
            web.get("/jtc1/sc22/wg21/docs/papers/", front.listing_root),
            web.get("/repos/cplusplus/papers/issues", front.issues),
            web.get("/jtc1/sc22/wg21/docs/papers/{name:[0-9]{4}}/", front.mailings),
            web.get("/api/{name}", front.slack),
            web.post("/api/{name}", front.slack),
            web.post("/_stage/events", front.events),
            web.get("/_stage/state", front.state),
            web.get("/_stage/requests", front.requests),
            web.get("/_stage/wait", front.wait),
            *people.routes(),
            *ports.routes(),
        ]
    )

    async def leave(_: web.Application) -> None:
        await people.deliveries.close()
        await ports.close()

    # Before the server waits for its connections: the websockets among them end only when they are told to.
    app.on_shutdown.append(leave)
    return app


async def serve(
    stage: Stage, host: str, port: int, people: People | None = None, ports: PortRoutes | None = None
) -> tuple[web.AppRunner, int]:
    """Serve until the runner's `cleanup`; port 0 is any free one, and the bound one is returned. Raises ValueError for
    a host that others could reach, OSError for a port that is taken."""
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"{host} is not a loopback address: the stage is for this machine alone")
    runner = runner_of(application(stage, people, ports), CLOSE_LIMIT)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, int(runner.addresses[0][1])


class _Front:
    """The handlers."""

    def __init__(self, stage: Stage, ports: PortRoutes) -> None:
        self._stage = stage
        self._ports = ports

    async def index(self, request: web.Request) -> web.StreamResponse:
        return await self._play(request, self._asking(request, Site.INDEX, "index.json"))

    async def papers(self, request: web.Request) -> web.StreamResponse:
        return await self._play(request, self._asking(request, Site.PAPERS, request.match_info["name"]))

    async def robots(self, request: web.Request) -> web.StreamResponse:
        return await self._play(request, self._asking(request, Site.ROBOTS, "robots.txt"))

    async def mailings(self, request: web.Request) -> web.StreamResponse:
        return await self._play(request, self._asking(request, Site.MAILINGS, request.match_info["name"]))

    async def listing_root(self, request: web.Request) -> web.StreamResponse:
        return await self._play(request, self._asking(request, Site.MAILINGS, sites.ROOT))

    async def issues(self, request: web.Request) -> web.StreamResponse:
        return await self._play(request, self._asking(request, Site.TRACKER, request.query.get("page", "1")))

    async def slack(self, request: web.Request) -> web.StreamResponse:
        try:
            arguments = await _arguments(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        return await self._play(request, self._asking(request, Site.SLACK, request.match_info["name"], arguments))

    async def front(self, request: web.Request) -> web.Response:
        text = front_page(self._stage.world.slack, request.query.get("user", ""), request.query.get("way", ""))
        return web.Response(text=text, content_type="text/html", headers=_POLICY)

    async def page(self, request: web.Request) -> web.Response:
        query = request.query
        text = slack_page(self._stage.world.slack, query.get("only", ""), query.get("user", ""), query.get("home", ""))
        return web.Response(text=text, content_type="text/html", headers=_POLICY)

    async def events(self, request: web.Request) -> web.Response:
        try:
            events = wire.decode_events(await request.read())
        except ValueError as error:
            raise web.HTTPBadRequest(text=f"{error}\n") from error
        for event in events:
            self._stage.apply(event)
        await self._ports.follow()
        return web.json_response({"seq": self._stage.world.seq})

    async def state(self, request: web.Request) -> web.Response:
        return web.Response(body=wire.encode_state(self._stage.world), content_type="application/json")

    async def requests(self, request: web.Request) -> web.Response:
        try:
            site = Site(request.query.get("site"))
        except ValueError as error:
            raise web.HTTPBadRequest(text=f"{error}\n") from error
        entries = self._stage.world.journals[site].entries
        return web.Response(body=wire.encode_requests(entries), content_type="application/json")

    async def wait(self, request: web.Request) -> web.Response:
        told = request.query.get("seq", "0")
        if not (told.isascii() and told.isdigit()):
            raise web.HTTPBadRequest(text="seq is a number\n")
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._stage.past(int(told))
        except TimeoutError:
            return web.json_response({"seq": self._stage.world.seq})
        await asyncio.sleep(NOTIFY_DELAY)
        return web.json_response({"seq": self._stage.world.seq})

    def _asking(
        self, request: web.Request, site: Site, name: str, arguments: Mapping[str, object] | None = None
    ) -> Asking:
        return Asking(
            site=site,
            verb=request.method,
            path=request.path_qs,
            name=name,
            at=self._stage.now(),
            headers={key.lower(): value for key, value in request.headers.items()},
            arguments=arguments or {},
        )

    async def _play(self, request: web.Request, asking: Asking) -> web.StreamResponse:
        """One request, from its first check to the last byte of its answer."""
        rule = first_of(self._stage.world.faults, asking)
        if rule is None:
            return await deliver(request, self._answer(asking, None), None)
        self._stage.apply(FaultMet(rule=rule))
        fault = rule.fault
        if isinstance(fault, Slow) and not rule.acts_first:
            await asyncio.sleep(fault.seconds)
        reply = self._answer(asking, rule)
        if isinstance(fault, Slow) and rule.acts_first:
            await asyncio.sleep(fault.seconds)
        return await deliver(request, reply, fault if isinstance(fault, TransportFault) else None)

    def _answer(self, asking: Asking, rule: FaultRule | None) -> Reply:
        """Answer as the site and the rule say, and record it."""
        outcome, status = sites.played(self._stage.world, asking, rule)
        for event in outcome.events:
            self._stage.apply(event)
        headers = asking.headers
        entry = JournalEntry(
            at=asking.at,
            verb=asking.verb,
            name=asking.name,
            status=status,
            agent=headers.get("user-agent", ""),
            conditional="if-none-match" in headers or "if-modified-since" in headers,
        )
        self._stage.apply(Answered(site=asking.site, entry=entry))
        return outcome.reply


async def _arguments(request: web.Request) -> dict[str, object]:
    """The arguments of a Slack call from address and body. Raises ValueError for a body that is not a JSON object."""
    arguments: dict[str, object] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= msgspec.json.decode(await request.read() or b"{}", type=dict[str, object])
    elif request.method == "POST":
        arguments |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return arguments
