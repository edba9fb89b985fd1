"""What one answer says of the name that was asked for."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from messages.drafts import Extension
from messages.probing import Verdict

MISSING = frozenset({404, 410})
REFUSES_HEAD = frozenset({405, 501})
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_UNTYPED = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
"""What servers say of files whose type they do not know."""

_PLAUSIBLE = {
    Extension.PDF: _UNTYPED | {"application/pdf", "application/x-pdf", "application/acrobat"},
    Extension.HTML: _UNTYPED | {"text/html", "application/xhtml+xml"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: the status, the Content-Type, the file's length in bytes (None: not said), the Retry-After in
    seconds, where a redirect leads."""

    status: int
    content_type: str
    length: int | None
    retry_after: float | None
    location: str


def judge(answer: Answer, extension: Extension) -> Verdict:
    """The verdict. A 304 is expected only of a conditional request; redirects that lead to the same name have been
    followed, so that one that is left is SUSPICIOUS."""
    status = answer.status
    if status in (200, 206):
        return Verdict.SUSPICIOUS if _pretence(answer, extension) else Verdict.HIT
    if status in REDIRECTS or status == 416:  # 416 to bytes=0-0: the file has not even one byte
        return Verdict.SUSPICIOUS
    if status == 304:
        return Verdict.UNCHANGED
    if status in MISSING:
        return Verdict.MISSING
    if status == 429 or (status == 503 and answer.retry_after is not None):
        return Verdict.THROTTLED
    return Verdict.BLOCKED if status in (401, 403, 407, 451) else Verdict.BROKEN


def why(answer: Answer, extension: Extension, verdict: Verdict) -> str:
    """In words what was wrong with an answer; empty when nothing was."""
    if verdict in (Verdict.HIT, Verdict.MISSING, Verdict.UNCHANGED):
        return ""
    if answer.status in (200, 206):
        return f"status {answer.status} with {_pretence(answer, extension)}"
    if answer.status in REDIRECTS:
        return f"status {answer.status}, elsewhere: {answer.location[:100]!r}"
    return f"status {answer.status}"


def same_file(url: str, location: str) -> str | None:
    """Where a redirect of `url` leads, if that is the same name on the same host (by https, with or without `www.`, in
    another folder); None for anywhere else."""
    try:
        target, origin = urlsplit(urljoin(url, location)), urlsplit(url)
        same_host = _bare(target.hostname) == _bare(origin.hostname)
    except ValueError:
        return None
    same_name = target.path.rpartition("/")[2] == origin.path.rpartition("/")[2]
    is_web = target.scheme in ("http", "https") and (target.scheme == "https" or origin.scheme == "http")
    return target.geturl() if is_web and same_host and same_name and not target.query else None


def parse_length(text: str) -> int | None:
    """Bytes that a Content-Length header says; None without one that can be believed."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def parse_etag(text: str) -> str | None:
    """An ETag as it was sent; None without one, or with one that no header of ours should carry."""
    stripped = text.strip()
    return stripped if stripped and len(stripped) <= 200 and stripped.isascii() and stripped.isprintable() else None


def _pretence(answer: Answer, extension: Extension) -> str:
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind not in _PLAUSIBLE[extension]:
        return f"content type {answer.content_type[:80]!r} for a {extension.value}"
    return "no content" if answer.length == 0 else ""


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")
