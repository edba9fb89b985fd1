"""How often a server may be asked, as GitHub's headers say (docs.github.com, rate limits of the REST API). Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from actors.runtime.http_headers import parse_http_date, parse_retry_after

UNNAMED_PAUSE = 60.0
"""Seconds to wait for a server that counts requests, refuses one, and does not say until when."""

LARGEST_NUMBER = 15
"""Digits."""


def pause_after_answer(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds without further requests, since this answer was the last that the limit allows; 0: go on. The server's
    clock counts where it is known, otherwise `now`."""
    remaining, reset = _number(headers.get("x-ratelimit-remaining")), _number(headers.get("x-ratelimit-reset"))
    if remaining is None or remaining > 0:
        return 0.0
    if reset is None:
        return UNNAMED_PAUSE
    server = parse_http_date(headers.get("date", "")) or now
    return max(0.0, reset - server.astimezone(UTC).timestamp())


def pause_after_refusal(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a server asks to wait with this answer, which is no success; None if it does not."""
    if (asked := parse_retry_after(headers.get("retry-after"), now)) is not None:
        return asked
    if status not in (403, 429):
        return None
    if (pause := pause_after_answer(headers, now)) > 0:
        return pause
    return UNNAMED_PAUSE if "x-ratelimit-limit" in headers else None


def _number(text: str | None) -> int | None:
    written = (text or "").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) <= LARGEST_NUMBER else None
