"""Small drafts, each laid out like a kind of real paper that is easily misread, with what is right in `expected.json`.
The people, the firms and the words in them are invented."""

import json
from pathlib import Path
from typing import Any

import pytest

from actors.prober.frontmatter.reading import read
from messages.drafts import Extension, FrontMatter

DRAFTS = Path(__file__).parent / "drafts"
EXPECTED: dict[str, Any] = json.loads((DRAFTS / "expected.json").read_text(encoding="utf-8"))
EACH = pytest.mark.parametrize("name", EXPECTED)


def front_matter(name: str) -> FrontMatter:
    path = DRAFTS / name
    return read(path.read_bytes(), Extension(path.suffix[1:]), "text/html")


def test_each_draft_has_what_is_expected_of_it() -> None:
    assert {path.name for path in DRAFTS.iterdir()} == {*EXPECTED, "expected.json"}


@EACH
def test_its_title_is_read(name: str) -> None:
    assert front_matter(name).title == EXPECTED[name]["title"]


@EACH
def test_its_authors_are_read_and_nobody_else(name: str) -> None:
    assert list(front_matter(name).authors) == EXPECTED[name]["authors"]


@EACH
def test_its_audience_is_read(name: str) -> None:
    assert list(front_matter(name).audience) == EXPECTED[name]["audience"]


def test_a_body_behind_megabytes_of_fonts_is_read() -> None:
    fonts = "<style>@font-face { src: url(data:font/woff2;base64," + "A" * 3_000_000 + ") }</style>"
    body = f"<html><head>{fonts}</head><body><h1>Widgets</h1><p>Author: Jane Doe</p></body></html>"
    found = read(body.encode(), Extension.HTML, "text/html")
    assert (found.title, found.authors) == ("Widgets", ("Jane Doe",))
