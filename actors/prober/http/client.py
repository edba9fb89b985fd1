"""The HTTP client for the papers folder of isocpp.org: probing one name, fetching files, reading robots.txt."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from actors.prober.http.bodies import Body, fetch
from actors.prober.http.connections import KeepingConnector
from actors.prober.http.connectivity import contact_of
from actors.prober.http.verdict import (
    MISSING,
    REDIRECTS,
    REFUSES_HEAD,
    HttpAnswer,
    judge,
    parse_etag,
    parse_length,
    same_file,
    why,
)
from actors.prober.model import names
from actors.prober.politeness import robots
from actors.runtime.http_headers import parse_http_date, parse_retry_after
from actors.runtime.os.redaction import without_shapes
from messages.probing import BeginProbing, Contact, DraftName, ProbeResult, Validators, Verdict

MAX_HEADER_BYTES = 32_768

LONGEST_ERROR_CHARACTERS = 200

MAX_REDIRECTS = 2
"""Followed if they lead to the same name."""

ROBOTS_MAX_REDIRECTS = 5
ROBOTS_MAX_BYTES = 500 * 1024
"""The minimum that RFC 9309 requires."""

CONNECT_DEADLINE_SHARE = 0.8
"""The share of the deadline for connecting: it tells a host that cannot be reached from a late answer."""

RETRY_HEAD_AFTER = timedelta(hours=1)
"""After a host refused HEAD, we use GET for this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsAnswer:
    """See `RobotsRead`."""

    status: int | None
    text: str
    retry_after: float | None
    contact: Contact
    error: str


class PapersFolder:
    """An HTTP client for one folder, used on one loop.

    It has httpx's API and aiohttp's connections, since httpx's own pool costs several times the CPU. No cookies, no
    proxies from the environment, no hooks; redirects only to the same name; one deadline for a whole exchange.
    `requests` counts what was sent.
    """

    def __init__(
        self,
        begin: BeginProbing,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.requests = 0
        self._base_url = begin.base_url
        self._deadline = begin.deadline
        self._now = now
        self._verify = httpx.create_ssl_context(trust_env=False)
        self._concurrency = begin.concurrency
        self._head_again = datetime.min.replace(tzinfo=UTC)
        self._headers = {"User-Agent": begin.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}
        self._extensions = {"timeout": httpx.Timeout(None, pool=begin.deadline * CONNECT_DEADLINE_SHARE).as_dict()}
        self._transport = transport or AiohttpTransport(verify=self._verify, client=self._session)
        self._client = httpx.AsyncClient(
            transport=self._transport,
            headers=self._headers,
            timeout=httpx.Timeout(None, pool=begin.deadline * CONNECT_DEADLINE_SHARE),
            follow_redirects=False,
            trust_env=False,
        )

    async def ask(self, name: DraftName, known: Validators | None = None) -> ProbeResult:
        """Probe one name, with a conditional request if the file is known. If anything goes wrong, the answer is
        BROKEN."""
        before = self.requests
        url = self._base_url + names.text_of(name)
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._answer(url, _conditions(known))
        except TimeoutError:
            contact, error = Contact.REACHED, f"no answer within {self._deadline:g} s"
        except Exception as failure:  # also what aiohttp raises for a malformed answer, which httpx does not translate
            contact, error = contact_of(failure), _text_of(failure)
        else:
            return self._result(name, response, known, self.requests - before)
        return _without_file(name, Verdict.BROKEN, None, contact, self.requests - before, error)

    async def robots(self) -> RobotsAnswer:
        """Read the host's robots.txt."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._robots(robots.url_of(self._base_url))
        except TimeoutError:
            contact, error = Contact.REACHED, f"no answer within {self._deadline:g} s"
        except Exception as failure:
            contact, error = contact_of(failure), _text_of(failure)
        return RobotsAnswer(status=None, text="", retry_after=None, contact=contact, error=error)

    async def body(self, name: DraftName) -> Body:
        """Fetch the beginning of a file."""
        url = self._base_url + names.text_of(name)
        body = await fetch(self._client, url, name.extension, self._deadline, self._now)
        self.requests += body.requests
        return body

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def _answer(self, url: str, conditions: Mapping[str, str] | None) -> httpx.Response:
        """HEAD. If it is refused, or says that the file is empty, GET the first byte."""
        if self._now() < self._head_again:
            return await self._first_byte(url, conditions)
        response = await self._head(url, conditions)
        for _ in range(MAX_REDIRECTS):
            target = same_file(url, response.headers.get("location", "")) if response.status_code in REDIRECTS else None
            if target is None or target == url:
                break
            url, response = target, await self._head(target, conditions)
        if response.status_code in REFUSES_HEAD:
            self._head_again = self._now() + RETRY_HEAD_AFTER
            return await self._first_byte(url, conditions)
        if response.status_code == 200 and response.headers.get("content-length") == "0":
            return await self._first_byte(url, conditions)
        return response

    async def _head(self, url: str, conditions: Mapping[str, str] | None) -> httpx.Response:
        """Uses the transport directly: what the client adds (auth, cookies, hooks, a log line) is half of the cost."""
        self.requests += 1
        request = httpx.Request(
            "HEAD", url, headers={**self._headers, **(conditions or {})}, extensions=self._extensions
        )
        response = await self._transport.handle_async_request(request)
        await response.aclose()
        return response

    async def _first_byte(self, url: str, conditions: Mapping[str, str] | None) -> httpx.Response:
        """The answer to a GET of the first byte. Nothing more is read, whatever the server sends."""
        self.requests += 1
        async with self._client.stream("GET", url, headers={**(conditions or {}), "Range": "bytes=0-0"}) as response:
            return response

    def _result(
        self, name: DraftName, response: httpx.Response, known: Validators | None, requests: int
    ) -> ProbeResult:
        if response.status_code in MISSING:
            return _without_file(name, Verdict.MISSING, response.status_code, Contact.ANSWERED, requests, "")
        headers = response.headers
        answer = HttpAnswer(
            status=response.status_code,
            content_type=headers.get("content-type", ""),
            length=_length(response),
            retry_after=parse_retry_after(headers.get("retry-after", ""), self._now()),
            location=headers.get("location", ""),
        )
        verdict = judge(answer, name.extension)
        if verdict is Verdict.UNCHANGED and known is None:
            verdict = Verdict.BROKEN
        is_hit = verdict is Verdict.HIT
        return ProbeResult(
            name=name,
            verdict=verdict,
            status=answer.status,
            etag=parse_etag(headers.get("etag", "")) if is_hit else None,
            last_modified=parse_http_date(headers.get("last-modified", "")) if is_hit else None,
            length=answer.length if is_hit else None,
            retry_after=answer.retry_after if verdict is Verdict.THROTTLED else None,
            contact=Contact.ANSWERED,
            requests=requests,
            error=why(answer, name.extension, verdict),
        )

    async def _robots(self, url: str) -> RobotsAnswer:
        for _ in range(ROBOTS_MAX_REDIRECTS + 1):
            self.requests += 1
            async with self._client.stream("GET", url) as response:
                status, location = response.status_code, response.headers.get("location", "")
                if status not in REDIRECTS or not location:
                    text = await _beginning(response) if status == 200 else ""
                    break
                url = str(response.url.join(location))
        else:
            status, text = 404, ""  # RFC 9309 2.3.1.2: after more redirects we may assume that there is none
        wait = parse_retry_after(response.headers.get("retry-after", ""), self._now())
        error = "" if status < 500 and status != 429 else f"status {status}"
        return RobotsAnswer(status=status, text=text, retry_after=wait, contact=Contact.ANSWERED, error=error)

    def _session(self) -> aiohttp.ClientSession:
        connector = KeepingConnector(self._concurrency, self._verify)
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
        )


def _without_file(
    name: DraftName, verdict: Verdict, status: int | None, contact: Contact, requests: int, error: str
) -> ProbeResult:
    """The result for a name without a file. `error` says what went wrong, if anything."""
    return ProbeResult(
        name=name,
        verdict=verdict,
        status=status,
        etag=None,
        last_modified=None,
        length=None,
        retry_after=None,
        contact=contact,
        requests=requests,
        error=error,
    )


def _text_of(failure: Exception) -> str:
    return without_shapes(str(failure) or type(failure).__name__)[:LONGEST_ERROR_CHARACTERS]


def _conditions(known: Validators | None) -> dict[str, str] | None:
    if known is None:
        return None
    conditions = {}
    if known.etag is not None:
        conditions["If-None-Match"] = known.etag
    if known.last_modified is not None:
        conditions["If-Modified-Since"] = format_datetime(known.last_modified, usegmt=True)
    return conditions


def _length(response: httpx.Response) -> int | None:
    """The length of the whole file, also from the answer for its first byte (`Content-Range: bytes 0-0/1234`)."""
    if response.status_code == 206 and (content_range := response.headers.get("content-range")):
        return parse_length(content_range.rpartition("/")[2].strip())
    return parse_length(response.headers.get("content-length", ""))


async def _beginning(response: httpx.Response) -> str:
    chunks, size = [], 0
    async for chunk in response.aiter_bytes():
        chunks.append(chunk)
        size += len(chunk)
        if size >= ROBOTS_MAX_BYTES:
            break
    return b"".join(chunks)[:ROBOTS_MAX_BYTES].decode("utf-8", "replace").replace("\0", "")
