"""The conditional GET of a source's pages, bounded in time, in bytes received and in bytes unpacked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import httpx

from actors.index.fetch.rate_limits import pause_after_answer, pause_after_refusal
from actors.index.model.fetching import RATE_LIMITED, Fetched, FetchFailed, IndexValidators, NotModified
from actors.runtime.http.client import HttpClient, network_of_this_process
from actors.runtime.http.decoding import BadEncoding, unpacked
from actors.runtime.http.redirects import RedirectRefused
from actors.runtime.http.session import words_of
from actors.runtime.http.transport import HttpTransport

MOST_REDIRECTS = 3

MOST_CONNECTIONS = 2


class _Refused(Exception):
    """The answer is read no further."""


def user_agent(contact: str) -> str:
    """Who asks: the project, and a contact."""
    return "".join(c if " " <= c <= "~" else "?" for c in f"Callboard (+{contact})") if contact else "Callboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """`timeout` in seconds is for a whole exchange, redirects and body included; `max_bytes` for a body, packed and
    unpacked; `redirect_hosts` are those that the source may redirect to."""

    timeout: float
    max_bytes: int
    user_agent: str
    redirect_hosts: tuple[str, ...] = ()


class PageClient:
    """The client of one source, at `url`. Only the server of that URL gets the `token`."""

    def __init__(
        self,
        url: str,
        limits: FetchLimits,
        *,
        accept: str,
        token: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._limits = limits
        self._token = token
        self._server = _server_of(url)
        headers = {"User-Agent": limits.user_agent, "Accept": accept, "Accept-Encoding": "gzip"}
        over = transport or HttpTransport(network_of_this_process(), connections=MOST_CONNECTIONS)
        self._client = HttpClient(url, over, headers=headers, hosts=limits.redirect_hosts)

    async def fetch(self, url: str, known: IndexValidators) -> NotModified | Fetched | FetchFailed:
        """Ask for a page unless it is the one of `known` (which is not used when it comes from another URL)."""
        host = httpx.URL(url).host
        try:
            async with asyncio.timeout(self._limits.timeout):
                return await self._exchange(url, _conditions(known) if known.url == url else {})
        except TimeoutError:
            return FetchFailed(reason=f"no complete answer from {host} within {self._limits.timeout:g} s")
        except _Refused as error:
            return FetchFailed(reason=str(error))
        except RedirectRefused as refused:
            return FetchFailed(reason=f"{host} redirects {refused}")
        except BadEncoding as spoilt:
            return FetchFailed(reason=f"{host} sent {spoilt}")
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            return FetchFailed(reason=f"{host}: {words_of(error)}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _exchange(self, page: str, conditions: Mapping[str, str]) -> NotModified | Fetched | FetchFailed:
        url = page
        for hop in range(MOST_REDIRECTS + 1):
            headers = {**conditions, **self._access(url)}
            response = await self._client.send("GET", url, headers, redirected=hop > 0)
            try:
                target = self._client.target(response)
                if target is None:
                    return await self._judge(response, page, asked=bool(conditions))
            finally:
                await response.aclose()
            url = target
        raise _Refused(f"{httpx.URL(page).host} redirects more than {MOST_REDIRECTS} times")

    def _access(self, url: str) -> Mapping[str, str]:
        if not self._token or _server_of(url) != self._server:
            return {}
        return {"Authorization": f"Bearer {self._token}"}

    async def _judge(self, response: httpx.Response, page: str, *, asked: bool) -> NotModified | Fetched | FetchFailed:
        pause = pause_after_answer(response.headers, datetime.now(UTC))
        if response.status_code == httpx.codes.NOT_MODIFIED and asked:
            return NotModified(pause=pause)
        if response.status_code != httpx.codes.OK:
            return _refused(response)
        validators = IndexValidators(
            url=page,
            etag=_ascii(response.headers.get("etag")),
            last_modified=_ascii(response.headers.get("last-modified")),
        )
        return Fetched(
            body=await self._body(response, httpx.URL(page).host),
            validators=validators,
            following=response.links.get("next", {}).get("url", "") if "link" in response.headers else None,
            pause=pause,
        )

    async def _body(self, response: httpx.Response, host: str) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and len(declared) < 20 and int(declared) > self._limits.max_bytes:
            raise self._too_large(host)
        parts: list[bytes] = []
        size = 0
        async for part in unpacked(response):
            size += len(part)
            if size > self._limits.max_bytes:
                raise self._too_large(host)
            parts.append(part)
            await asyncio.sleep(0)  # others get their turn between two parts
        return b"".join(parts)

    def _too_large(self, host: str) -> _Refused:
        return _Refused(f"the body from {host} is larger than {self._limits.max_bytes:,} bytes (index.max_bytes)")


def _refused(response: httpx.Response) -> FetchFailed:
    status = response.status_code
    wait = pause_after_refusal(status, response.headers, datetime.now(UTC))
    is_limit = status == httpx.codes.FORBIDDEN and wait is not None
    return FetchFailed(
        reason=f"HTTP {status} from {response.url.host}" + (f": {RATE_LIMITED}" if is_limit else ""),
        retry_after=wait,
        is_missing=status in (httpx.codes.NOT_FOUND, httpx.codes.GONE),
    )


def _server_of(url: str) -> tuple[str, str, int | None]:
    parts = httpx.URL(url)
    return parts.scheme, parts.host, parts.port


def _conditions(known: IndexValidators) -> dict[str, str]:
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _ascii(value: str | None) -> str | None:
    """Only what can be sent back as it came."""
    return value if value is not None and value.isascii() and value.isprintable() else None
