"""What one answer to a HEAD says of the name that was asked for."""

from datetime import datetime

from actors.prober.modified import parse_http_date
from messages.drafts import Extension
from messages.probing import DraftName, ProbeResult, Verdict

LONGEST_RETRY_AFTER = 86_400.0
"""Seconds: a host that asks for more is asked again after a day."""


def judge(status: int, extension: Extension, content_type: str, retry_after: float | None) -> Verdict:
    """HIT: the file is there. MISSING: the server said that it is not (404, 410), and nothing else is a miss.
    THROTTLED: too many requests. Everything else, redirects and refusals among it, is an ERROR and says nothing."""
    if status in (200, 206):
        return Verdict.HIT if _is_plausible(extension, content_type) else Verdict.ERROR
    if status in (404, 410):
        return Verdict.MISSING
    if status == 429 or (status == 503 and retry_after is not None):
        return Verdict.THROTTLED
    return Verdict.ERROR


def why(status: int, verdict: Verdict, content_type: str) -> str:
    """In words what was wrong with an answer; empty when nothing was."""
    if verdict in (Verdict.HIT, Verdict.MISSING):
        return ""
    if status in (200, 206):
        return f"{status} with content type {content_type[:80]!r} for a pdf"
    return f"status {status}"


def unanswered(name: DraftName, verdict: Verdict, error: str) -> ProbeResult:
    """The result for a name of which nothing was heard; `error` says why."""
    return ProbeResult(
        name=name, verdict=verdict, status=None, last_modified=None, length=None, retry_after=None, error=error
    )


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Seconds from now that a Retry-After header asks for, at most a day; None without one that can be read."""
    stripped = text.strip()
    if stripped.isascii() and stripped.isdigit():
        return LONGEST_RETRY_AFTER if len(stripped) > 6 else min(float(stripped), LONGEST_RETRY_AFTER)
    if (moment := parse_http_date(stripped)) is None:
        return None
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_RETRY_AFTER)


def parse_length(text: str) -> int | None:
    """Bytes that a Content-Length header says; None without one that can be believed."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _is_plausible(extension: Extension, content_type: str) -> bool:
    return extension is not Extension.PDF or not content_type.lower().strip().startswith("text/html")
