"""Keeps secrets out of logs and errors."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from psycopg2.extensions import parse_dsn

from messages.settings import Settings

SHORTEST_SECRET_CHARACTERS = 8
"""A shorter secret is not looked for: it could be a common word, and striking it out would garble paths and sentences,
and show by that what it is."""

STRUCK = "[secret]"

_BEFORE = r"(?:(?<![A-Za-z0-9_])|(?<=\\[abfnrtv])|(?<=\\x[0-9a-f]{2})|(?<=%[0-9A-Fa-f]{2}))"
r"""A whole word starts here: also after an escape (`\n`, `\x0a`, `%3D`), whose last character looks like the word's."""

_AFTER = r"(?![A-Za-z0-9_])"


class Redactor:
    """Strikes secrets out of texts, but only whole words: `password` leaves `passwords.txt` alone."""

    def __init__(self, secrets: Iterable[str]) -> None:
        long = sorted(
            {secret for secret in secrets if len(secret) >= SHORTEST_SECRET_CHARACTERS}, key=len, reverse=True
        )
        self._pattern = re.compile("|".join(map(_whole_word, long))) if long else None

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        return text if self._pattern is None else self._pattern.sub(STRUCK, text)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """What must never appear in a log line."""
    password, slack = _database_password(settings), settings.slack
    found = (
        slack.bot_token,
        slack.app_token,
        slack.signing_secret,
        settings.database.url,
        password,
        quote(password, ""),
    )
    return tuple(filter(None, found))


def short_secrets(settings: Settings) -> tuple[str, ...]:
    """Which secrets are too short to be struck out of the log, in words."""
    named = {
        "slack.bot_token": settings.slack.bot_token,
        "slack.app_token": settings.slack.app_token,
        "slack.signing_secret": settings.slack.signing_secret,
        "the password in database.url": _database_password(settings),
    }
    return tuple(name for name, secret in named.items() if 0 < len(secret) < SHORTEST_SECRET_CHARACTERS)


def _database_password(settings: Settings) -> str:
    url = settings.database.url
    return str(parse_dsn(url).get("password", "")) if url else ""


def _whole_word(secret: str) -> str:
    before = _BEFORE if re.match(r"[A-Za-z0-9_]", secret) else ""
    after = _AFTER if re.search(r"[A-Za-z0-9_]\Z", secret) else ""
    return f"{before}{re.escape(secret)}{after}"
