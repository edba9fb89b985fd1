"""Renews the bot's token, if the app has token rotation: then each token is good for twelve hours.

https://docs.slack.dev/authentication/using-token-rotation. A refresh token can be used once, so the new pair is stored
before it is used. Of two instances only the one that leads renews.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import msgspec

from actors.notifier.model.outcomes import ApiError, Failure, words_of_failure
from actors.notifier.model.slack_errors import words_of
from actors.notifier.services.host import ServiceHost
from actors.notifier.slack.api import SlackApi
from actors.notifier.slack.token import BotToken
from actors.notifier.storage import token_store
from actors.notifier.storage.token_store import TokenPair
from actors.runtime.delivery.durable import Tx
from actors.runtime.failures import BeginRefusal, DatabaseAway
from messages.health import HealthReason, ReasonCode, iso

RENEW_BEFORE = timedelta(hours=2)
"""A token is renewed so long before it expires, or after half of its life if that is later."""

CHECK_SECONDS = 30.0
"""Between two looks at the clock, and between two attempts."""

_EXCHANGE = "oauth.v2.access"


class NewTokens(msgspec.Struct):
    """oauth.v2.access, for a refresh token. `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class TokenRotation:
    """Does nothing unless the configuration has a refresh token. `token` is what others call Slack with; `renewed` is
    called when it has changed."""

    def __init__(
        self, host: ServiceHost, token: BotToken, leads: Callable[[], bool], renewed: Callable[[], None]
    ) -> None:
        self._host = host
        self._token = token
        self._leads = leads
        self._renewed = renewed
        self._api: SlackApi | None = None
        self._pair: TokenPair | None = None
        self._renew_at: datetime | None = None
        self._is_asking = False
        self._failing_since: datetime | None = None
        self._why = ""

    def begin(self) -> None:
        """Use the tokens in the tables, and renew them when it is time. Raises BeginRefusal."""
        slack = self._host.settings.slack
        if not slack.refresh_token or not slack.bot_token:
            return
        if not (slack.client_id and slack.client_secret):
            raise BeginRefusal("slack.refresh_token needs slack.client_id and slack.client_secret (Basic Information)")
        self._api = SlackApi(slack, self._leads)
        with self._host.transaction() as tx:
            known = token_store.load(tx.cursor, slack.refresh_token)
        if known is not None:
            self._use(known, self._host.now())
        self._check()
        self._host.every(CHECK_SECONDS, self._check)

    def reasons(self) -> tuple[HealthReason, ...]:
        """Why the notifier is degraded: the token will expire, or has expired."""
        since = self._failing_since
        if since is None:
            return ()
        text = f"Slack has not renewed the bot's token since {since:%Y-%m-%d %H:%M} UTC: {self._why}"
        fields = (("since", iso(since)), ("why", self._why))
        return (HealthReason(code=ReasonCode.TOKEN_NOT_RENEWED, subject="slack", text=text, fields=fields),)

    def _check(self) -> None:
        if self._is_asking or self._api is None:
            return
        if self._renew_at is not None and self._host.now() < self._renew_at:
            return
        self._is_asking = True
        self._host.run(self._exchange(self._api), self._exchanged, self._failed)

    async def _exchange(self, api: SlackApi) -> NewTokens | Failure:
        slack = self._host.settings.slack
        refresh = slack.refresh_token if self._pair is None else self._pair.refresh
        return await api.ask(
            _EXCHANGE,
            # slack-sdk's own call uses a class that aiohttp deprecates
            lambda client: client.api_call(
                _EXCHANGE,
                data={"grant_type": "refresh_token", "refresh_token": refresh},
                headers={"Authorization": aiohttp.encode_basic_auth(slack.client_id, slack.client_secret)},
            ),
            NewTokens,
        )

    def _exchanged(self, answer: NewTokens | Failure) -> None:
        if not isinstance(answer, NewTokens):
            self._is_asking = False
            self._note_failure(
                words_of(_EXCHANGE, answer.error) if isinstance(answer, ApiError) else words_of_failure(answer)
            )
            return
        now = self._host.now()
        expires_at = now + timedelta(seconds=answer.expires_in)
        self._store(TokenPair(access=answer.access_token, refresh=answer.refresh_token, expires_at=expires_at), now)

    def _store(self, pair: TokenPair, now: datetime) -> None:
        """Slack takes the old refresh token no more, so this is tried until it is done."""
        try:
            with self._host.trying("store the bot's new token"), self._host.transaction() as tx:
                token_store.store(tx.cursor, self._host.settings.slack.refresh_token, pair)
        except DatabaseAway:
            self._host.after(1.0, lambda: self._store(pair, now))
            raise
        level = logging.INFO if self._failing_since is None else logging.WARNING
        self._is_asking = False
        self._failing_since = None
        self._use(pair, now)
        self._host.count("tokens_renewed")
        until = f"{pair.expires_at:%H:%M}"
        self._host.log.log(level, "Slack has renewed the bot's token; it is good until %s UTC", until)
        self._renewed()

    def _failed(self, error: BaseException) -> None:
        self._is_asking = False
        self._note_failure("a fault in Callboard, see the log")
        raise error

    def _note_failure(self, why: str) -> None:
        if self._failing_since is None:
            self._failing_since = self._host.now()
            self._host.log.warning("Slack has not renewed the bot's token: %s", why)
        self._why = why
        self._host.record_error(f"Slack has not renewed the bot's token: {why}")

    def _use(self, pair: TokenPair, now: datetime) -> None:
        self._pair, self._token.value = pair, pair.access
        half = now + (pair.expires_at - now) / 2
        self._renew_at = max(half, pair.expires_at - RENEW_BEFORE)

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete tokens that the configuration does not ask for; `limit` does not matter."""
        if not self._host.settings.slack.refresh_token:
            token_store.forget(tx.cursor)
        return 0

    async def close(self) -> None:
        """Close the connection."""
        if self._api is not None:
            await self._api.close()
