"""The papers folder of isocpp.org: one HEAD, and what was answered."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from actors.prober import names
from actors.prober.modified import parse_http_date
from actors.prober.verdict import judge, parse_length, parse_retry_after, unanswered, why
from messages.probing import BeginProbing, DraftName, ProbeResult, Verdict

MOST_HEADER_BYTES = 32_768


def user_agent(contact: str) -> str:
    """Who asks: the project and whom to write to."""
    text = f"Callboard (+{contact})" if contact else "Callboard"
    return "".join(character if " " <= character <= "~" else "?" for character in text)


class PapersFolder:
    """An HTTP client for one folder. To be used on one loop.

    httpx's API over aiohttp's connections: httpx's own pool costs several times the CPU. No cookies, no redirects, no
    proxies of the environment, no hooks; one deadline for the whole of an exchange.
    """

    def __init__(
        self,
        begin: BeginProbing,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base_url = begin.base_url
        self._deadline = begin.deadline
        self._now = now
        self._concurrency = begin.concurrency
        self._client = httpx.AsyncClient(
            transport=transport or self._network(),
            headers={"User-Agent": begin.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"},
            timeout=None,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def head(self, name: DraftName) -> ProbeResult:
        """Ask for one name. Whatever goes wrong with the exchange is an answer of its own, ERROR."""
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.head(self._base_url + names.text_of(name))
        except TimeoutError:
            return unanswered(name, Verdict.ERROR, f"no answer within {self._deadline:g} s")
        except Exception as error:  # also what aiohttp raises of a malformed answer and httpx does not translate
            return unanswered(name, Verdict.ERROR, (str(error) or type(error).__name__)[:200])
        return self._result(name, response)

    def _result(self, name: DraftName, response: httpx.Response) -> ProbeResult:
        headers, status = response.headers, response.status_code
        retry_after = parse_retry_after(headers.get("retry-after", ""), self._now())
        content_type = headers.get("content-type", "")
        verdict = judge(status, name.extension, content_type, retry_after)
        return ProbeResult(
            name=name,
            verdict=verdict,
            status=status,
            last_modified=parse_http_date(headers.get("last-modified", "")) if verdict is Verdict.HIT else None,
            length=parse_length(headers.get("content-length", "")) if verdict is Verdict.HIT else None,
            retry_after=retry_after if verdict is Verdict.THROTTLED else None,
            error=why(status, verdict, content_type),
        )

    def _network(self) -> AiohttpTransport:
        verify = httpx.create_ssl_context(trust_env=False)

        def session() -> aiohttp.ClientSession:
            return aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._concurrency, ssl=verify),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                max_line_size=MOST_HEADER_BYTES,
                max_field_size=MOST_HEADER_BYTES,
            )

        return AiohttpTransport(verify=verify, client=session)
