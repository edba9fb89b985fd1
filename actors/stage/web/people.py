"""What the people of the stage's workspace do, and the hooks with which the app answers them."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from actors.stage.page.front_page import SAY
from actors.stage.page.slackpage import PRESS
from actors.stage.slack import surfaces
from actors.stage.slack.calls import BOT, Refusal, direct_conversation, opening
from actors.stage.slack.deliveries import AppDelivery, button, edited, happened, pressables, pressed, said, typed
from actors.stage.slack.posting import checked
from actors.stage.web.event_delivery import EventDelivery
from actors.stage.web.store import Stage
from actors.stage.world.slack_events import LinksPosted, MessageChanged, MessageTaken, PersonActed, TriggerIssued
from actors.stage.world.state import EnvelopeKind, Message

MOST_ANSWERS = 5
"""Uses of a response_url (https://docs.slack.dev/interactivity/handling-user-interaction)."""


class Deed(msgspec.Struct, forbid_unknown_fields=True):
    """`kind`: say, mention, edit, slash, press, event or again; home (open it), home_press, submit (a form, its fields
    in `event`), shortcut (its callback id in `label`) or link (a text with addresses). `label` is the button's, `ts`
    its message or the thread to speak in; `number` its place among the message's where several have that label; `again`
    delivers `id` once more; `edit` changes the text of the message that was said as `id`. `event` is what Slack
    reports, or for words what is special about them (`subtype`). `times`: duplicates on request."""

    kind: str
    user: str = ""
    channel: str = ""
    text: str = ""
    label: str = ""
    number: int | None = None
    ts: str = ""
    id: str = ""
    times: int = 1
    event: dict[str, Any] = {}


class People:
    """The handlers. Anything delivered can be delivered again until the stage closes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.deliveries = EventDelivery(stage)
        self._delivered: dict[str, AppDelivery] = {}
        self._said: dict[str, Message] = {}
        self._answers: dict[str, int] = {}

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [
            web.get("/link/", self.deliveries.connect),
            web.post("/hooks/{id}", self._answer),
            web.post("/_stage/deed", self._deed),
            web.post(SAY, self._say),
            web.post(PRESS, self._press),
            web.post("/_stage/disconnect", self._disconnect),
            web.post("/_stage/verify", self._verify),
            web.get("/_stage/connections", self._connections),
            web.get("/_stage/surfaces", self._surfaces),
        ]

    def say(self, user: str, text: str) -> None:
        """Somebody types this into their direct conversation with the app."""
        self._send(Deed(kind="say", user=user, text=text), origin="")

    async def _deed(self, request: web.Request) -> web.Response:
        body = await request.read()
        id = self._do(lambda: msgspec.json.decode(body, type=Deed), request)
        return web.json_response({"id": id, "seq": self._stage.world.seq})

    async def _say(self, request: web.Request) -> web.Response:
        """The form of the stage's page: a person's words, sent in the way they chose."""
        user, way, text = await _filled_in(request, "user", "way", "text")
        is_channel = way not in ("say", "slash")
        kind, channel = ("mention", way) if is_channel else (way, "")
        self._do(lambda: Deed(kind=kind, user=user, channel=channel, text=text), request)
        raise web.HTTPSeeOther(f"/?{urlencode({'user': user, 'way': way})}")

    async def _press(self, request: web.Request) -> web.Response:
        """A button of a message on the stage's page."""
        user, channel, ts, number = await _filled_in(request, "user", "channel", "ts", "number")
        self._do(lambda: Deed(kind="press", user=user, channel=channel, ts=ts, number=int(number)), request)
        raise web.HTTPSeeOther(f"/slack?{urlencode({'user': user})}")

    def _do(self, read: Callable[[], Deed], request: web.Request) -> str:
        """Do what was read from a request; the delivery's id."""
        try:
            return self._send(read(), str(request.url.origin()))
        except (ValueError, KeyError) as error:
            raise web.HTTPBadRequest(text=f"{error}\n") from error

    def _send(self, deed: Deed, origin: str) -> str:
        delivery = self._delivery(deed, origin)
        self._stage.apply(PersonActed(user=delivery.user))
        self._delivered[delivery.id] = delivery
        if delivery.manner is not EnvelopeKind.EVENTS:
            trigger = str(delivery.payload.get("trigger_id", ""))
            self._stage.apply(TriggerIssued(trigger=trigger, user=delivery.user, at=self._stage.now()))
        for _ in range(deed.times):
            self.deliveries.send(delivery)
        return delivery.id

    def _delivery(self, deed: Deed, origin: str) -> AppDelivery:
        slack, at = self._stage.world.slack, self._stage.now()
        id = str(len(self._delivered) + 1)
        channel = deed.channel or direct_conversation(deed.user)
        hook = f"{origin}/hooks/{id}"
        match deed.kind:
            case "again":
                return self._delivered[deed.id]
            case "say" | "mention":
                text = f"<@{BOT['user_id']}> {deed.text}" if deed.kind == "mention" else deed.text
                self._said[id] = self._spoken(deed.user, channel, text, deed.ts)
                return said(id, self._stage.world.slack, self._said[id], at, deed.event)
            case "edit":
                message = self._said[id] = self._said[deed.id]
                mention = "" if message.channel.startswith("D") else f"<@{BOT['user_id']}> "
                return edited(id, slack, message, mention + deed.text, at)
            case "event":
                return happened(id, slack, deed.event, at)
            case "slash":
                return typed(id, slack, deed.user, channel, deed.text, hook)
            case "press":
                message, action = self._pressed(deed)
                return pressed(id, slack, deed.user, message, action, at, hook)
            case "home" | "home_press" | "submit" | "shortcut" | "link":
                return self._surfaced(id, deed, channel)
            case _:
                raise ValueError(f"{deed.kind!r} is no deed")

    def _surfaced(self, id: str, deed: Deed, channel: str) -> AppDelivery:
        """What people do outside of conversations, and with links."""
        slack, at = self._stage.world.slack, self._stage.now()
        match deed.kind:
            case "home":
                return surfaces.home_opened(id, slack, deed.user, at)
            case "home_press":
                return surfaces.home_pressed(id, slack, deed.user, deed.label, deed.number or 0, at)
            case "submit":
                return surfaces.submitted(id, slack, deed.user, deed.event)
            case "shortcut":
                found = (each for each in reversed(slack.messages) if (each.channel, each.ts) == (channel, deed.ts))
                if (message := next(found, None)) is None:
                    raise ValueError(f"no message {deed.ts} in {channel}")
                return surfaces.shortcut(id, slack, deed.user, deed.label, message, at)
        message = self._spoken(deed.user, channel, deed.text, deed.ts)
        if (delivery := surfaces.link_shared(id, self._stage.world.slack, message, at)) is None:
            raise ValueError("the text has no address of the app's domains")
        self._stage.apply(LinksPosted(id=surfaces.unfurl_id(message), urls=surfaces.links_in(message.text)))
        return delivery

    def _spoken(self, user: str, channel: str, text: str, thread: str) -> Message:
        """Add a person's words to the conversation."""
        for event in opening(self._stage.world.slack, channel):
            self._stage.apply(event)
        payload = {"text": text, **({"thread_ts": thread} if thread else {})}
        self._stage.apply(MessageTaken(channel=channel, at=self._stage.now(), payload=payload, author=user))
        return self._stage.world.slack.messages[-1]

    def _pressed(self, deed: Deed) -> tuple[Message, Mapping[str, Any]]:
        for message in reversed(self._stage.world.slack.messages):
            if message.channel == deed.channel and message.ts == deed.ts:
                if deed.number is not None:
                    return message, _numbered(message, deed.number)
                if (action := button(message, deed.label)) is not None:
                    return message, action
                raise ValueError(f"the message has no button {deed.label!r}")
        raise ValueError(f"no message {deed.ts} in {deed.channel}")

    async def _answer(self, request: web.Request) -> web.Response:
        """A response_url."""
        id = request.match_info["id"]
        if (delivery := self._delivered.get(id)) is None or self._answers.get(id, 0) >= MOST_ANSWERS:
            return web.Response(status=404, text="expired_url")
        try:
            checked(told := msgspec.json.decode(await request.read(), type=dict[str, Any]))
        except (ValueError, Refusal) as refused:
            return web.Response(status=400, text=str(refused) if isinstance(refused, Refusal) else "invalid_payload")
        self._answers[id] = self._answers.get(id, 0) + 1
        container = delivery.payload.get("container", {})
        if told.get("replace_original") and container:
            changed = {name: value for name, value in told.items() if name in ("text", "blocks", "attachments")}
            self._stage.apply(
                MessageChanged(
                    channel=delivery.channel, ts=container["message_ts"], at=self._stage.now(), payload=changed
                )
            )
            return web.Response(text="ok")
        only = "" if told.get("response_type") == "in_channel" else delivery.user
        self._stage.apply(MessageTaken(channel=delivery.channel, at=self._stage.now(), payload=told, visible_to=only))
        return web.Response(text="ok")

    async def _disconnect(self, request: web.Request) -> web.Response:
        count = await self.deliveries.disconnect(request.query.get("reason", "refresh_requested"))
        return web.json_response({"count": count})

    async def _verify(self, request: web.Request) -> web.Response:
        return web.json_response({"verified": await self.deliveries.verify()})

    async def _surfaces(self, request: web.Request) -> web.Response:
        """The homes and forms that people see, and what is shown for links."""
        slack = self._stage.world.slack
        return web.json_response({"homes": slack.homes, "forms": slack.forms, "unfurls": slack.unfurls})

    async def _connections(self, request: web.Request) -> web.Response:
        return web.json_response({"count": self.deliveries.connections})


async def _filled_in(request: web.Request, *names: str) -> list[str]:
    """The fields of a form, which only the stage's own page may send."""
    if request.headers.get("Origin") not in (None, str(request.url.origin())):
        raise web.HTTPForbidden(text="not the stage's own page\n")
    form = await request.post()
    return [str(form.get(name, "")) for name in names]


def _numbered(message: Message, number: int) -> Mapping[str, Any]:
    actions = [action for _, action in pressables(message.payload.get("blocks"))]
    if not 0 <= number < len(actions):
        raise ValueError(f"the message has no button {number}")
    return actions[number]
