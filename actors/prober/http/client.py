"""The HTTP client for the papers folder of isocpp.org: probing one name, fetching files, reading robots.txt."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import MappingProxyType

import httpx

from actors.prober.http.answers import answer_of
from actors.prober.http.bodies import Body, fetch
from actors.prober.http.failures import meaning_of
from actors.prober.http.following import follow
from actors.prober.http.verdict import MISSING, REFUSES_HEAD, HttpAnswer, judge, parse_etag, why
from actors.prober.model import names
from actors.prober.politeness import robots
from actors.runtime.http.client import HttpClient, network_of_this_process
from actors.runtime.http.decoding import beginning
from actors.runtime.http.transport import HttpTransport
from actors.runtime.http_headers import parse_http_date, parse_retry_after
from messages.probing import BeginProbing, Contact, DraftName, ProbeResult, Validators, Verdict

FIRST_BYTE = MappingProxyType({"Range": "bytes=0-0"})

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
    """An HTTP client for one folder, used on one loop. Redirects only to the same name; one deadline for a whole
    exchange. `requests` counts what was sent."""

    def __init__(
        self,
        begin: BeginProbing,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base_url = begin.base_url
        self._deadline = begin.deadline
        self._now = now
        self._head_again = datetime.min.replace(tzinfo=UTC)
        headers = {"User-Agent": begin.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}
        over = transport or HttpTransport(
            network_of_this_process(),
            connections=begin.concurrency,
            connect_seconds=begin.deadline * CONNECT_DEADLINE_SHARE,
        )
        self._client = HttpClient(begin.base_url, over, headers=headers, hosts=begin.redirect_hosts)

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._client.requests

    async def ask(self, name: DraftName, known: Validators | None = None) -> ProbeResult:
        """Probe one name, with a conditional request if the file is known. If anything goes wrong, the answer is
        BROKEN; SUSPICIOUS if it redirects to where it must not."""
        before = self.requests
        url = self._base_url + names.text_of(name)
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._answer(url, _conditions(known))
        except Exception as failure:
            verdict, contact, error = meaning_of(failure, self._deadline)
        else:
            return self._result(name, answer, known, self.requests - before)
        return _without_file(name, verdict, None, contact, self.requests - before, error)

    async def robots(self) -> RobotsAnswer:
        """Read the host's robots.txt."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._robots(robots.url_of(self._base_url))
        except Exception as failure:
            _, contact, error = meaning_of(failure, self._deadline)
        return RobotsAnswer(status=None, text="", retry_after=None, contact=contact, error=error)

    async def body(self, name: DraftName) -> Body:
        """Fetch the beginning of a file."""
        url = self._base_url + names.text_of(name)
        return await fetch(self._client, url, name.extension, self._deadline, self._now)

    async def close(self) -> None:
        """Close its connections."""
        await self._client.close()

    async def _answer(self, url: str, conditions: Mapping[str, str]) -> HttpAnswer:
        """HEAD. If it is refused, or says that the file is empty, GET the first byte."""
        if self._now() < self._head_again:
            return await self._exchange("GET", url, {**conditions, **FIRST_BYTE})
        answer = await self._exchange("HEAD", url, conditions)
        if answer.status in REFUSES_HEAD:
            self._head_again = self._now() + RETRY_HEAD_AFTER
        elif answer.status != 200 or answer.length != 0:
            return answer
        return await self._exchange("GET", url, {**conditions, **FIRST_BYTE})

    async def _exchange(self, method: str, url: str, headers: Mapping[str, str]) -> HttpAnswer:
        """Of a body nothing is read, whatever the server sends."""
        response, redirect = await follow(self._client, method, url, headers)
        await response.aclose()
        return answer_of(response, redirect, self._now())

    def _result(self, name: DraftName, answer: HttpAnswer, known: Validators | None, requests: int) -> ProbeResult:
        if answer.status in MISSING:
            return _without_file(name, Verdict.MISSING, answer.status, Contact.ANSWERED, requests, "")
        verdict = judge(answer, name.extension)
        if verdict is Verdict.UNCHANGED and known is None:
            verdict = Verdict.BROKEN
        is_hit = verdict is Verdict.HIT
        return ProbeResult(
            name=name,
            verdict=verdict,
            status=answer.status,
            etag=parse_etag(answer.etag) if is_hit else None,
            last_modified=parse_http_date(answer.last_modified) if is_hit else None,
            length=answer.length if is_hit else None,
            retry_after=answer.retry_after if verdict is Verdict.THROTTLED else None,
            contact=Contact.ANSWERED,
            requests=requests,
            error=why(answer, name.extension, verdict),
        )

    async def _robots(self, url: str) -> RobotsAnswer:
        for hop in range(ROBOTS_MAX_REDIRECTS + 1):
            response = await self._client.send("GET", url, {}, redirected=hop > 0)
            try:
                target = self._client.target(response)
                if target is None:
                    return await self._rules(response)
            finally:
                await response.aclose()
            url = target
        # RFC 9309 2.3.1.2: after more redirects we may assume that there is none
        return RobotsAnswer(status=404, text="", retry_after=None, contact=Contact.ANSWERED, error="")

    async def _rules(self, response: httpx.Response) -> RobotsAnswer:
        status = response.status_code
        content = await beginning(response, ROBOTS_MAX_BYTES) if status == 200 else b""
        return RobotsAnswer(
            status=status,
            text=content.decode("utf-8", "replace").replace("\0", ""),
            retry_after=parse_retry_after(response.headers.get("retry-after", ""), self._now()),
            contact=Contact.ANSWERED,
            error="" if status < 500 and status != 429 else f"status {status}",
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


def _conditions(known: Validators | None) -> dict[str, str]:
    conditions = {}
    if known is not None and known.etag is not None:
        conditions["If-None-Match"] = known.etag
    if known is not None and known.last_modified is not None:
        conditions["If-Modified-Since"] = format_datetime(known.last_modified, usegmt=True)
    return conditions
