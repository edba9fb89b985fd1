"""wg21.link's index.json: one conditional GET, bounded in time, in bytes received and in bytes unpacked."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators, NotModified
from actors.runtime.http_headers import parse_retry_after

MOST_REDIRECTS = 3

UNPACKED_STEP = 256 * 1024
"""Bytes unpacked at a time: under 2 ms."""

_GZIP = zlib.MAX_WBITS | 16


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
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._host = httpx.URL(url).host
        self._timeout = timeout
        self._max_bytes = max_bytes
        headers = {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        self._client = httpx.AsyncClient(transport=transport or AiohttpTransport(), headers=headers, timeout=None)

    async def fetch(self, known: IndexValidators) -> NotModified | Fetched | FetchFailed:
        """Ask for the index unless it is the one of `known` (which is not used when it comes from another URL)."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(_conditions(known) if known.url == self._url else {})
        except TimeoutError:
            return FetchFailed(reason=f"no complete answer from {self._host} within {self._timeout:g} s")
        except _Refused as error:
            return FetchFailed(reason=str(error))
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, zlib.error) as error:
            return FetchFailed(reason=f"{self._host}: {str(error) or type(error).__name__}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _exchange(self, conditions: dict[str, str]) -> NotModified | Fetched | FetchFailed:
        request = self._client.build_request("GET", self._url, headers=conditions)
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._client.send(request, stream=True)
            try:
                if response.next_request is None:
                    return await self._judge(response, asked=bool(conditions))
                request = response.next_request
            finally:
                await response.aclose()
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
        async for part in _unpacked(response):
            size += len(part)
            if size > self._max_bytes:
                raise self._too_large()
            parts.append(part)
        return b"".join(parts)

    def _too_large(self) -> _Refused:
        return _Refused(f"the body from {self._host} is larger than {self._max_bytes:,} bytes (index.max_bytes)")


def _conditions(known: IndexValidators) -> dict[str, str]:
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _ascii(value: str | None) -> str | None:
    """Only what can be sent back as it came."""
    return value if value is not None and value.isascii() and value.isprintable() else None


async def _unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body without its gzip, in small parts however well it was packed; the loop gets its turn between them."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise _Refused(f"content encoding {encoding!r} from {response.url.host}, which was not asked for")
    gunzip = zlib.decompressobj(_GZIP) if "gzip" in encoding else None
    async for packed in response.aiter_raw():
        if gunzip is None:
            yield packed
            continue
        while packed and not gunzip.eof:
            yield gunzip.decompress(packed, UNPACKED_STEP)
            packed = gunzip.unconsumed_tail
            await asyncio.sleep(0)
    if gunzip is not None and not gunzip.eof:
        raise _Refused(f"the packed body from {response.url.host} ends too early")
