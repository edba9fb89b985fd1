"""The root of open-std.org's papers, which lists the mailings: the cheapest sign that there is a new one. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser

from actors.index.open_std.values import clean, decoded, mailing_of_anchor

MOST_LINKS = 3000

_YEAR = r"/((?:19|20)[0-9]{2})(?:/(?:(?:index|default)\.html?)?)?"
_SITE = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootEntry:
    """A link to a mailing, or to a year (then `mailing` is empty): `year` is the page's folder (`2025`), `title` the
    link's text."""

    year: str
    mailing: str
    title: str


def read_root(body: bytes, root: str) -> Iterator[RootEntry]:
    """The mailings and years that the root at the URL `root` lists, in its order."""
    page = re.compile(re.escape(_place(root)) + _YEAR, re.IGNORECASE)
    for node in LexborHTMLParser(decoded(body)).css("a[href]")[:MOST_LINKS]:
        try:
            address, anchor = urldefrag(urljoin(root, "".join(str(node.attributes.get("href") or "").split())))
        except ValueError:
            continue
        match = page.fullmatch(_place(address))
        if match is not None:
            yield RootEntry(year=match[1], mailing=mailing_of_anchor(unquote(anchor)), title=clean(node.text()))


def _place(address: str) -> str:
    """The address without what may be written in another way and means the same site."""
    return _SITE.sub("", address).rstrip("/")
