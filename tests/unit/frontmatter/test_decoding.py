"""Bytes to text: what is declared, what is marked, what is true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.frontmatter.html.decoding import decoded

NAME = "Köppe – “Ångström”"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (NAME.encode(), "text/html"),
        (NAME.encode(), "text/html; charset=UTF-8"),
        (NAME.encode("cp1252"), "text/html"),
        (NAME.encode("cp1252"), "text/html; charset=iso-8859-1"),
        (NAME.encode("cp1252"), 'text/html; charset="Windows-1252"'),
        (NAME.encode("cp1252"), "text/html; charset=utf-8"),
        (NAME.encode("cp1252"), "text/html; charset=hex"),
        (NAME.encode("cp1252"), "text/html; charset=no-such-thing"),
        (b"\xef\xbb\xbf" + NAME.encode(), "text/html; charset=iso-8859-1"),
        (b"\xff\xfe" + NAME.encode("utf-16-le"), "text/html"),
        (b"\xfe\xff" + NAME.encode("utf-16-be"), "text/html"),
    ],
)
def test_a_name_is_read_as_it_was_written(body: bytes, content_type: str) -> None:
    assert decoded(body, content_type) == NAME


@pytest.mark.parametrize(
    "declaration",
    ['<meta charset="{}">', "<meta http-equiv=Content-Type content='text/html; charset={}'>", '<?xml encoding="{}"?>'],
)
def test_a_document_says_itself_how_it_is_encoded(declaration: str) -> None:
    text = declaration.format("iso-8859-2") + "Dvořák"
    assert decoded(text.encode("iso-8859-2"), "text/html") == text
    assert decoded(text.encode("iso-8859-2"), "text/html; charset=iso-8859-2") == text


def test_http_outranks_the_document() -> None:
    text = "<meta charset=koi8-r>ř"
    assert decoded(text.encode("iso-8859-2"), "text/html; charset=iso-8859-2") == text


def test_a_document_that_was_cut_in_a_letter_is_still_utf_8() -> None:
    assert decoded("Köö".encode()[:-1], "") == "Kö"


def test_little_dirt_makes_no_other_encoding() -> None:
    assert decoded(("ö" * 200).encode() + b"\xff", "") == "ö" * 200 + "\N{REPLACEMENT CHARACTER}"


@given(st.binary(max_size=500), st.text(max_size=60))
def test_anything_is_decoded(body: bytes, content_type: str) -> None:
    assert "\0" not in decoded(body, f"text/html; charset={content_type}")
    assert "\0" not in decoded(body, content_type)
