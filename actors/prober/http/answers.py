"""From an answer of a server to what is judged."""

from datetime import datetime

import httpx

from actors.prober.http.verdict import MISSING, HttpAnswer, parse_length
from actors.runtime.http_headers import parse_retry_after


def answer_of(response: httpx.Response, redirect: str, now: datetime) -> HttpAnswer:
    """`redirect` is where it leads to, if that was not followed."""
    headers = response.headers
    if response.status_code in MISSING:
        return missing(response.status_code)
    return HttpAnswer(
        status=response.status_code,
        content_type=headers.get("content-type", ""),
        length=_length(response.status_code, headers),
        retry_after=parse_retry_after(headers.get("retry-after", ""), now),
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
        redirect=redirect,
    )


def missing(status: int) -> HttpAnswer:
    """What most answers are. Nobody looks at their headers."""
    return HttpAnswer(
        status=status, content_type="", length=None, retry_after=None, etag="", last_modified="", redirect=""
    )


def _length(status: int, headers: httpx.Headers) -> int | None:
    """The length of the whole file, also from the answer for its first byte (`Content-Range: bytes 0-0/1234`)."""
    if status == 206 and (content_range := headers.get("content-range")):
        return parse_length(content_range.rpartition("/")[2].strip())
    return parse_length(headers.get("content-length", ""))
