"""Yearly listings of open-std.org for tests: the synthetic pages of six eras, and rows of one's own."""

import html
from collections.abc import Iterable, Mapping
from pathlib import Path

from actors.index.open_std.listing import YearListing, read_listing

PAGES = Path(__file__).parent / "open_std_pages"
ROOT = "https://www.open-std.org/jtc1/sc22/wg21/docs/papers/"
HEADINGS = (
    "WG21 Number", "Title", "Author", "Document Date", "Mailing Date", "Previous Version", "Subgroup", "Disposition",
)  # fmt: skip


def page_of_era(letter: str) -> bytes:
    """The page of era `a` to `f`."""
    (path,) = PAGES.glob(f"{letter}-*.html")
    return path.read_bytes()


def listing_of(body: bytes, page: str = f"{ROOT}2031/") -> YearListing:
    """Read a page to its end."""
    reading = read_listing(body, page)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            listing: YearListing = end.value
            return listing


def a_row(id: str = "P9000R0", headings: Iterable[str] = HEADINGS, **cells: str) -> str:
    """A row as the pages since 2023 have it; `cells` by the headings' first words in lower case."""
    known: dict[str, str] = {
        "wg21": f'<a href="../2031/{id.lower()}.html">{id}</a>', "title": f"About {id}", "author": "Ada Well",
        "document": "2031-01-13", "mailing": "2031-01",
    }  # fmt: skip
    by_heading = {**known, **cells}
    return "<tr >\n" + "".join(f"<td > {by_heading.get(_key(each), '')} </td>\n" for each in headings) + "</tr>\n"


def a_page(
    mailings: Mapping[str, Iterable[str]], headings: Iterable[str] = HEADINGS, end: str = "</body></html>"
) -> str:
    """A page with a table for each mailing, by its anchor."""
    head = "".join(f"<th>{html.escape(each)}</th>" for each in headings)
    tables = (
        f'<h1><a name="{anchor}">{anchor}</a></h1>\n<table border="1"><tr>{head}<th>\n{"".join(rows)}</table>\n'
        for anchor, rows in mailings.items()
    )
    return f"<html><body>\n{''.join(tables)}{end}"


def _key(heading: str) -> str:
    return heading.partition(" ")[0].lower()
