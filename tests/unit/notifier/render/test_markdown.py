"""Text from outside in Slack's markup, and back on the console."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.render.markdown import escaped, link, one_line, plain, unmarked


@given(st.text(), st.integers(1, 50))
def test_an_escaped_text_keeps_its_limit_and_cuts_no_entity(text: str, most: int) -> None:
    result = escaped(text, most)
    assert len(result) <= most
    shown = html.unescape(result)
    assert html.escape(shown, quote=False) == result
    assert one_line(text).startswith(shown.removesuffix("…").rstrip())


@given(st.text())
def test_a_text_that_fits_is_whole(text: str) -> None:
    assert html.unescape(escaped(text, 10_000)) == one_line(text)


def test_what_cannot_be_seen_is_left_out() -> None:
    assert one_line("a\x1b[31m\u202eb\0\ud800 \r\n\t c") == "a[31mb c"


def test_plain_is_what_one_reads() -> None:
    assert plain("*D1R0* — a &lt;b&gt; &amp;amp;\n<https://x.org/?a=1&amp;b=2|pdf> · <https://x.org|html>") == (
        "D1R0 — a <b> &amp;\npdf: https://x.org/?a=1&b=2 · html: https://x.org"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("title:is_constant_evaluated", "title:is_constant_evaluated"),
        ("__cpp_lib__x_", "cpp_lib__x"),
        ("_a_ b_c _d e_", "a b_c d e"),
        ("title:_x, (_y_)", "title:x, (y)"),
        ("*a*_*b_ ~c~ `d`", "a_b c d"),
        ("___", ""),
    ],
)
def test_only_what_would_format_is_left_out(text: str, shown: str) -> None:
    assert unmarked(text) == shown


@given(st.text(alphabet="_a *~`(ö"))
def test_an_underscore_that_is_left_stands_between_letters(text: str) -> None:
    left = re.sub(r"_+", "_", unmarked(text))
    assert re.search(r"(?<![^\W_])_|_(?![^\W_])|[*~`]", left) is None


@pytest.mark.parametrize("url", ["ftp://x", "#C123", "!subteam^S1", "mailto:a@b"])
def test_only_web_addresses_are_links(url: str) -> None:
    assert link(url, "x", 100) == ""
