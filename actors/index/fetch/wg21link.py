"""wg21.link's index.json: one conditional GET, bounded in time, in bytes received and in bytes unpacked."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import aiohttp
import httpx

from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators, NotModified
from actors.runtime.http.client import HttpClient, network_of_this_process
from actors.runtime.http.decoding import BadEncoding, unpacked
from actors.runtime.http.redirects import RedirectRefused
from actors.runtime.http.session import words_of
from actors.runtime.http.transport import HttpTransport
from actors.runtime.http_headers import parse_retry_after

MOST_REDIRECTS = 3

MOST_CONNECTIONS = 2


class _Refused(Exception):
    """The answer is read no further."""


def user_agent(contact: str) -> str:
    """Who asks: the project, and a contact."""
    return "".join(c if " " <= c <= "~" else "?" for c in f"Callboard (+{contact})") if contact else "Callboard"


class Wg21Link:
    """The client for one URL. `timeout` in seconds is for a whole exchange, redirects and body included; `max_bytes`
    for a body, packed and unpacked."""

    def __init__(
        self,
        *,
        url: str,
        timeout: float,
        max_bytes: int,
        user_agent: str,
        redirect_hosts: Iterable[str] = (),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._host = httpx.URL(url).host
        self._timeout = timeout
        self._max_bytes = max_bytes
        headers = {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        over = transport or HttpTransport(network_of_this_process(), connections=MOST_CONNECTIONS)
        self._client = HttpClient(url, over, headers=headers, hosts=redirect_hosts)

    async def fetch(self, known: IndexValidators) -> NotModified | Fetched | FetchFailed:
        """Ask for the index unless it is the one of `known` (which is not used when it comes from another URL)."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(_conditions(known) if known.url == self._url else {})
        except TimeoutError:
            return FetchFailed(reason=f"no complete answer from {self._host} within {self._timeout:g} s")
        except _Refused as error:
            return FetchFailed(reason=str(error))
        except RedirectRefused as refused:
            return FetchFailed(reason=f"{self._host} redirects {refused}")
        except BadEncoding as spoilt:
            return FetchFailed(reason=f"{self._host} sent {spoilt}")
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            return FetchFailed(reason=f"{self._host}: {words_of(error)}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _exchange(self, conditions: Mapping[str, str]) -> NotModified | Fetched | FetchFailed:
        url = self._url
        for hop in range(MOST_REDIRECTS + 1):
            response = await self._client.send("GET", url, conditions, redirected=hop > 0)
            try:
                target = self._client.target(response)
                if target is None:
                    return await self._judge(response, asked=bool(conditions))
            finally:
                await response.aclose()
            url = target
        raise _Refused(f"{self._host} redirects more than {MOST_REDIRECTS} times")

    async def _judge(self, response: httpx.Response, *, asked: bool) -> NotModified | Fetched | FetchFailed:
        if response.status_code == httpx.codes.NOT_MODIFIED and asked:
            return NotModified()
        if response.status_code != httpx.codes.OK:
            wait = parse_retry_after(response.headers.get("retry-after"), datetime.now(UTC))
            return FetchFailed(reason=f"HTTP {response.status_code} from {response.url.host}", retry_after=wait)
        validators = IndexValidators(
            url=self._url,
            etag=_ascii(response.headers.get("etag")),
            last_modified=_ascii(response.headers.get("last-modified")),
        )
        return Fetched(body=await self._body(response), validators=validators)

    async def _body(self, response: httpx.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and len(declared) < 20 and int(declared) > self._max_bytes:
            raise self._too_large()
        parts: list[bytes] = []
        size = 0
        async for part in unpacked(response):
            size += len(part)
            if size > self._max_bytes:
                raise self._too_large()
            parts.append(part)
            await asyncio.sleep(0)  # others get their turn between two parts
        return b"".join(parts)

    def _too_large(self) -> _Refused:
        return _Refused(f"the body from {self._host} is larger than {self._max_bytes:,} bytes (index.max_bytes)")


def _conditions(known: IndexValidators) -> dict[str, str]:
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _ascii(value: str | None) -> str | None:
    """Only what can be sent back as it came."""
    return value if value is not None and value.isascii() and value.isprintable() else None
