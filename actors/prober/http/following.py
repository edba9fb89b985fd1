"""Asking for a file, also where a redirect leads to the same name."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from actors.runtime.http.client import HttpClient
from actors.runtime.http.redirects import RedirectRefused

MAX_REDIRECTS = 2


async def follow(client: HttpClient, method: str, url: str, headers: Mapping[str, str]) -> tuple[httpx.Response, str]:
    """The answer for a file, open, and where it redirects to if that was not followed. Raises RedirectRefused."""
    response, hops = await client.send(method, url, headers, redirected=False), 0
    while True:
        try:
            target = client.target(response)
        except RedirectRefused:
            await response.aclose()
            raise
        if target is None or hops == MAX_REDIRECTS or not is_same_file(url, target):
            return response, _shown(target)
        await response.aclose()
        response, hops = await client.send(method, target, headers, redirected=True), hops + 1


def is_same_file(url: str, target: str) -> bool:
    """Whether it is the same name, maybe in another folder."""
    asked, found = urlsplit(url), urlsplit(target)
    return asked.path.rpartition("/")[2] == found.path.rpartition("/")[2] and not found.query


def _shown(target: str | None) -> str:
    """A URL without what may be secret in it."""
    if target is None:
        return ""
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:100]
