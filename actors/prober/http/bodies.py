"""Fetching the beginning of a file in the papers folder: as much as its front matter needs, which is usually all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import httpx

from actors.prober.http.answers import answer_of
from actors.prober.http.failures import meaning_of
from actors.prober.http.following import follow
from actors.prober.http.verdict import judge, why
from actors.runtime.http.client import HttpClient
from actors.runtime.http.decoding import beginning
from messages.drafts import Extension
from messages.probing import Contact, Verdict

MAX_BODY_BYTES = MappingProxyType({Extension.HTML: 8 * 1024 * 1024, Extension.PDF: 12 * 1024 * 1024})
"""The index of the objects of a PDF is at its end, and an HTML export may begin with its fonts: if cut short, neither
can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """`status` is None without a complete answer; `content` is empty unless the verdict is HIT; `retry_after` is in
    seconds."""

    verdict: Verdict
    content: bytes
    content_type: str
    retry_after: float | None
    contact: Contact
    error: str
    status: int | None = None


async def fetch(
    client: HttpClient, url: str, extension: Extension, deadline: float, now: Callable[[], datetime]
) -> Body:
    """GET no more than the first `MAX_BODY_BYTES`, whatever the server sends. Anything that goes wrong is BROKEN;
    a redirect to where it must not lead is SUSPICIOUS."""
    headers = {"Range": f"bytes=0-{MAX_BODY_BYTES[extension] - 1}"}
    try:
        async with asyncio.timeout(deadline):
            response, redirect = await follow(client, "GET", url, headers)
            try:
                return await _body(response, redirect, extension, now())
            finally:
                await response.aclose()
    except Exception as failure:
        verdict, contact, error = meaning_of(failure, deadline)
    return Body(verdict=verdict, content=b"", content_type="", retry_after=None, contact=contact, error=error)


async def _body(response: httpx.Response, redirect: str, extension: Extension, now: datetime) -> Body:
    answer = answer_of(response, redirect, now)
    verdict, error = judge(answer, extension), ""
    if verdict is Verdict.UNCHANGED:
        verdict, error = Verdict.BROKEN, "an answer that was not requested"
    return Body(
        verdict=verdict,
        content=await beginning(response, MAX_BODY_BYTES[extension]) if verdict is Verdict.HIT else b"",
        content_type=answer.content_type,
        retry_after=answer.retry_after if verdict is Verdict.THROTTLED else None,
        contact=Contact.ANSWERED,
        error=error or why(answer, extension, verdict),
        status=answer.status,
    )
