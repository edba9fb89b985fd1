"""What people type, and what Slack makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.commands.parse.normalize import from_slack, plain


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("watch <https://wg21.link/P2300|P2300>", "watch P2300"),
        ("watch <https://wg21.link/p2300r10>", "watch p2300r10"),
        ("paper <https://isocpp.org/files/papers/D2300R11.pdf>.", "paper D2300R11 ."),
        ("<@U012AB3CD> watch Niebler", "watch Niebler"),
        ("<@U012AB3CD|callboard> watch Niebler", "watch Niebler"),
        ("<!here> watch <#C01|general> <!subteam^S1|@all>", "watch #general"),
        ("watch <mailto:a@b.org|a@b.org>", "watch a@b.org"),
        ("watch title:R&amp;D &lt;T&gt;", "watch title:R&D <T>"),
        ("&amp;lt;", "&lt;"),
        ("watch “Thomas Köppe”", 'watch "Thomas Köppe"'),
        ("*watch* `P2300`", "watch P2300"),
        ("watch\u00a0O’Brien\u200b", "watch O'Brien"),
        ("quiet 22:00–07:00", "quiet 22:00-07:00"),
        ("import\r\nwatch a\n\n  watch   b ", "import\nwatch a\n\nwatch b"),
        ("watch a < b", "watch a < b"),
    ],
)
def test_what_slack_delivers_is_read_as_it_was_meant(text: str, meant: str) -> None:
    assert from_slack(text) == meant


def test_an_operator_writes_no_entities() -> None:
    assert plain("watch title:&amp; <b>") == "watch title:&amp; <b>"


@given(st.text())
def test_any_text_becomes_one_without_what_cannot_be_seen(text: str) -> None:
    for read in (from_slack(text), plain(text)):
        assert all(letter.isprintable() or letter == "\n" for letter in read)
        assert read == read.strip()
        assert "  " not in read
