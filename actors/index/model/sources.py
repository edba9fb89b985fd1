"""The names of the sources, and whom to believe of what."""

from types import MappingProxyType

WG21_LINK = "wg21.link"
OPEN_STD = "open-std.org"
PAPER_TRACKER = "paper tracker"

OLDER_PAGE_SECONDS = 60.0
"""Between two pages of older years of open-std.org, of which each is fetched once: 34 of them take half an hour."""

_INDEX_FIRST = (WG21_LINK, OPEN_STD, PAPER_TRACKER)
_LISTING_FIRST = (OPEN_STD, WG21_LINK, PAPER_TRACKER)

PRECEDENCE = MappingProxyType(
    {
        "title": _INDEX_FIRST,
        "authors": _INDEX_FIRST,
        "date": _INDEX_FIRST,
        "status": _INDEX_FIRST,
        "url": _INDEX_FIRST,
        "audience": _LISTING_FIRST,
        "mailing": _LISTING_FIRST,
        "previous": _LISTING_FIRST,
        "disposition": _LISTING_FIRST,
    }
)
"""Field to sources: the first of them that says something is believed. A source that is not listed comes last."""
