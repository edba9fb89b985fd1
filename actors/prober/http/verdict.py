"""What one answer says about the name that was probed."""

from dataclasses import dataclass
from types import MappingProxyType

from actors.runtime.http.redirects import REDIRECTS
from messages.drafts import Extension
from messages.probing import Verdict

MISSING = frozenset({404, 410})
REFUSES_HEAD = frozenset({405, 501})

_UNTYPED = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
"""The types that servers send for unknown files."""

_PLAUSIBLE = MappingProxyType(
    {
        Extension.PDF: _UNTYPED | {"application/pdf", "application/x-pdf", "application/acrobat"},
        Extension.HTML: _UNTYPED | {"text/html", "application/xhtml+xml"},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What a server answered: the status, the Content-Type, the length of the file in bytes (None if unknown),
    Retry-After in seconds, ETag and Last-Modified, and where a redirect leads that was not followed."""

    status: int
    content_type: str
    length: int | None
    retry_after: float | None
    etag: str
    last_modified: str
    redirect: str


def judge(answer: HttpAnswer, extension: Extension) -> Verdict:
    """The verdict on an answer. A 304 is valid only for a conditional request. Redirects to the same name were followed
    already, so any other is SUSPICIOUS."""
    status = answer.status
    if status in (200, 206):
        return Verdict.SUSPICIOUS if _pretense(answer, extension) else Verdict.HIT
    if status in REDIRECTS or status == 416:  # 416 to bytes=0-0: the file has not even one byte
        return Verdict.SUSPICIOUS
    if status == 304:
        return Verdict.UNCHANGED
    if status in MISSING:
        return Verdict.MISSING
    if status == 429 or (status == 503 and answer.retry_after is not None):
        return Verdict.THROTTLED
    return Verdict.BLOCKED if status in (401, 403, 407, 451) else Verdict.BROKEN


def why(answer: HttpAnswer, extension: Extension, verdict: Verdict) -> str:
    """What was wrong with an answer, in words; empty if nothing was."""
    if verdict in (Verdict.HIT, Verdict.MISSING, Verdict.UNCHANGED):
        return ""
    if answer.status in (200, 206):
        return f"status {answer.status} with {_pretense(answer, extension)}"
    if answer.status in REDIRECTS:
        return f"status {answer.status}, elsewhere: {answer.redirect!r}"
    return f"status {answer.status}"


def parse_length(text: str) -> int | None:
    """The bytes in a Content-Length header; None if it is missing or implausible."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def parse_etag(text: str) -> str | None:
    """An ETag as it was sent; None if it is missing or unsafe to send back in a header."""
    stripped = text.strip()
    return stripped if stripped and len(stripped) <= 200 and stripped.isascii() and stripped.isprintable() else None


def _pretense(answer: HttpAnswer, extension: Extension) -> str:
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind not in _PLAUSIBLE[extension]:
        return f"content type {answer.content_type[:80]!r} for a {extension.value}"
    return "no content" if answer.length == 0 else ""
