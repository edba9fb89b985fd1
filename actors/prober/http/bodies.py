"""Fetching the beginning of a file in the papers folder: as much as its front matter needs, which is usually all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import httpx

from actors.prober.http.connectivity import contact_of
from actors.prober.http.verdict import REDIRECTS, HttpAnswer, judge, parse_length, same_file, why
from actors.runtime.http_headers import parse_retry_after
from actors.runtime.os.redaction import without_shapes
from messages.drafts import Extension
from messages.probing import Contact, Verdict

MAX_BODY_BYTES = MappingProxyType({Extension.HTML: 8 * 1024 * 1024, Extension.PDF: 12 * 1024 * 1024})
"""The index of the objects of a PDF is at its end, and an HTML export may begin with its fonts: if cut short, neither
can be read."""

MAX_REDIRECTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`status` is None without a complete answer; `content` is empty unless the verdict is HIT; `retry_after` is in
    seconds; `requests` is how many it took."""

    verdict: Verdict
    content: bytes
    content_type: str
    retry_after: float | None
    contact: Contact
    requests: int
    error: str
    status: int | None = None


async def fetch(
    client: httpx.AsyncClient, url: str, extension: Extension, deadline: float, now: Callable[[], datetime]
) -> Body:
    """GET no more than the first `MAX_BODY_BYTES`, whatever the server sends. Anything that goes wrong is BROKEN."""
    requests, most = 0, MAX_BODY_BYTES[extension]
    try:
        async with asyncio.timeout(deadline):
            for _ in range(MAX_REDIRECTS + 1):
                requests += 1
                async with client.stream("GET", url, headers={"Range": f"bytes=0-{most - 1}"}) as response:
                    target = _target(url, response)
                    if target is None or requests > MAX_REDIRECTS:
                        return await _body(response, extension, requests, now())
                url = target
    except TimeoutError:
        contact, error = Contact.REACHED, f"no complete answer within {deadline:g} s"
    except Exception as failure:  # also what aiohttp raises for a malformed answer, which httpx does not translate
        contact, error = contact_of(failure), without_shapes(str(failure) or type(failure).__name__)[:200]
    return Body(
        verdict=Verdict.BROKEN,
        content=b"",
        content_type="",
        retry_after=None,
        contact=contact,
        requests=requests,
        error=error,
    )


def _target(url: str, response: httpx.Response) -> str | None:
    if response.status_code not in REDIRECTS:
        return None
    return same_file(url, response.headers.get("location", ""))


async def _body(response: httpx.Response, extension: Extension, requests: int, now: datetime) -> Body:
    headers = response.headers
    answer = HttpAnswer(
        status=response.status_code,
        content_type=headers.get("content-type", ""),
        length=parse_length(headers.get("content-length", "")),
        retry_after=parse_retry_after(headers.get("retry-after", ""), now),
        location=headers.get("location", ""),
    )
    verdict, error = judge(answer, extension), ""
    if verdict is Verdict.UNCHANGED or (verdict is Verdict.HIT and _is_compressed(headers)):
        verdict, error = Verdict.BROKEN, "an answer that was not requested"
    is_hit = verdict is Verdict.HIT
    return Body(
        verdict=verdict,
        content=await _beginning(response, MAX_BODY_BYTES[extension]) if is_hit else b"",
        content_type=answer.content_type,
        retry_after=answer.retry_after if verdict is Verdict.THROTTLED else None,
        contact=Contact.ANSWERED,
        requests=requests,
        error=error or why(answer, extension, verdict),
        status=answer.status,
    )


def _is_compressed(headers: httpx.Headers) -> bool:
    """A body that is compressed although we asked for none may have any size once it is decompressed."""
    return headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")


async def _beginning(response: httpx.Response, most: int) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) >= most:
            break
    return bytes(content[:most])
