"""What is shown outside of conversations: a person's home, forms, and what links of wg21.link lead to.

None of it is durable. A home that could not be shown is shown when it is opened again; a form that did not open can be
asked for again; a link without a preview is still a link.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from actors.notifier.inbound.parse import FormRefused, InboundEvent, PayloadKind
from actors.notifier.inbound.surfaces import filled_form
from actors.notifier.model.outcomes import ApiError, Limited, words_of_failure
from actors.notifier.model.surfaces import FormKind, FormWanted, HomeOpened, LinksShared, PaperLink
from actors.notifier.render.forms import form_view
from actors.notifier.render.home import home_view
from actors.notifier.render.unfurls import unfurled
from actors.notifier.services.host import ServiceHost
from actors.notifier.slack import surfaces
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.surfaces import HASH_CONFLICT, ShownView, Unfurled
from actors.notifier.slack.token import BotToken
from actors.runtime.ask import NoAnswer, Questions
from actors.runtime.timezones import places
from messages.home import CommandCheck, CommandChecked, HomeQuery, HomeReply
from messages.papers import PaperKind, PaperQuery, PaperReply

FORM_SECONDS = 1.0
"""How long the zone of a person is waited for before a form opens: what opens it is good for three seconds."""

BUSY_TEXT = "Callboard can't check this right now. Please try again in a minute."

MAX_HOMES = 1000
"""Homes that are kept up to date; the one that was opened longest ago is left as it is."""


@dataclass(slots=True, kw_only=True)
class _Home:
    """A home that was opened: Slack's hash of the view that is there; whether it is being published, and whether
    something has changed since that began."""

    view_hash: str
    is_busy: bool = False
    is_stale: bool = False


class SurfaceService:
    """`questions` asks other actors, who have `limit` seconds to answer; `token` is the bot's token, if that is not
    always the configured one. A service without `open` shows nothing: without a token there is no Slack."""

    def __init__(self, host: ServiceHost, questions: Questions, limit: float, token: BotToken | None = None) -> None:
        self._host = host
        self._limit = limit
        self._token = token
        self._questions = questions
        self._api: SlackApi | None = None
        self._homes: dict[str, _Home] = {}

    def open(self) -> None:
        """Calls go to Slack from now on."""
        self._api = SlackApi(self._host.settings.slack, lambda: True, token=self._token)

    async def close(self) -> None:
        """Close the connection."""
        if self._api is not None:
            await self._api.close()

    def surfaced(self, event: HomeOpened | LinksShared | FormWanted) -> None:
        """Somebody has done something that shows something."""
        match event:
            case HomeOpened():
                self._homes.pop(event.user, None)
                self._homes[event.user] = _Home(view_hash=event.view_hash)
                if len(self._homes) > MAX_HOMES:
                    del self._homes[next(iter(self._homes))]
                self._refresh(event.user)
            case FormWanted():
                self._run(self._open_form(event))
            case LinksShared():
                if self._host.settings.slack.unfurl and event.links:
                    self._run(self._unfurl(event))

    def changed(self, user: str) -> None:
        """A command of this person was answered: their home may say something else now."""
        if user in self._homes:
            self._refresh(user)

    async def check(self, event: InboundEvent) -> FormRefused | None:
        """What is wrong with a form that was sent; None if it is none, or if nothing is."""
        form = filled_form(event.payload) if event.kind is PayloadKind.ACTION else None
        if form is None:
            return None
        query = CommandCheck(request_id=uuid.uuid4().hex, user=form.user, text=form.command)
        try:
            checked: CommandChecked = await self._questions.answer("watchlist", query, self._limit)
        except NoAnswer:
            return FormRefused(block=form.block, why=BUSY_TEXT)
        return FormRefused(block=form.block, why=checked.refusal) if checked.refusal else None

    # --- home

    def _refresh(self, user: str) -> None:
        home = self._homes[user]
        home.is_stale = True
        if not home.is_busy and self._api is not None:
            home.is_busy = True
            self._run(self._publish(self._api, user, home))

    async def _publish(self, api: SlackApi, user: str, home: _Home) -> None:
        """Show what is true now, again as long as it changes meanwhile. If somebody else has published another view,
        that one may be newer than what we know: ask again."""
        try:
            while home.is_stale:
                home.is_stale = False
                reply = await self._home_of(user, self._limit)
                if reply is None:
                    return
                shown = await surfaces.publish(api, user, home_view(reply), home.view_hash)
                if isinstance(shown, ShownView):
                    home.view_hash = shown.view.hash
                    self._host.count("homes_shown")
                elif isinstance(shown, ApiError) and shown.error == HASH_CONFLICT and home.view_hash:
                    home.view_hash, home.is_stale = "", True
                elif isinstance(shown, Limited):
                    self._host.after(shown.retry_after or 1.0, lambda: self.changed(user))
                else:
                    self._host.record_error(f"the home of {user} could not be shown: {words_of_failure(shown)}")
        finally:
            home.is_busy = False

    async def _home_of(self, user: str, seconds: float) -> HomeReply | None:
        query = HomeQuery(request_id=uuid.uuid4().hex, user=user)
        try:
            reply: HomeReply = await self._questions.answer("watchlist", query, seconds)
        except NoAnswer as error:
            self._host.record_error(f"the home of {user} could not be shown: {error}")
            return None
        return reply

    # --- forms

    async def _open_form(self, wanted: FormWanted) -> None:
        assert self._api is not None, "forms are wanted on Slack"
        zone, zones = "", tuple[str, ...]()
        if wanted.form is FormKind.DIGEST:
            reply = await self._home_of(wanted.user, FORM_SECONDS)
            zone, zones = reply.zone if reply is not None else self._host.settings.slack.timezone, places.zones()
        shown = await surfaces.open_form(self._api, wanted.trigger, form_view(wanted.form, zones, zone))
        if not isinstance(shown, ShownView):
            self._host.record_error(f"a form could not be opened: {words_of_failure(shown)}")

    # --- links

    async def _unfurl(self, shared: LinksShared) -> None:
        assert self._api is not None, "links are shared on Slack"
        found = [(link, await self._papers(link)) for link in shared.links]
        shown = unfurled(found)
        if not shown:
            return
        answer = await surfaces.unfurl(self._api, shared, shown)
        if isinstance(answer, Unfurled):
            self._host.count("links_unfurled", len(shown))
        else:
            self._host.record_error(f"a link could not be shown: {words_of_failure(answer)}")

    async def _papers(self, link: PaperLink) -> Any:
        """The revisions of the number that a link leads to; empty if the index does not know them, or does not say."""
        query = PaperQuery(request_id=uuid.uuid4().hex, kind=PaperKind(link.kind), number=link.number)
        try:
            reply: PaperReply = await self._questions.answer("index", query, self._limit)
        except NoAnswer:
            return ()
        return reply.papers

    def _run(self, coroutine: Any) -> None:
        self._host.run(coroutine, lambda _: None)
