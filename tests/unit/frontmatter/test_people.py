"""Names out of the ways in which authors are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.frontmatter.values.people import is_name, names_in


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["Jane Doe <jane@x.org>, John Roe <roe@y.com>"], ("Jane Doe", "John Roe")),
        (["Jane Doe (jane@x.org), John Roe (roe@y.com)"], ("Jane Doe", "John Roe")),
        (["Jane Doe jane@x.org John Roe roe@y.org"], ("Jane Doe", "John Roe")),
        (["Jane Doe", "jane@x.org", "John Roe", "john@y.org"], ("Jane Doe", "John Roe")),
        (["Jane Doe", "Acme Widgets", "jane@x.org", "John Roe", "Other Thing", "j@y.org"], ("Jane Doe", "John Roe")),
        (["Jane Doe, John Roe", "jane@x.org, roe@y.org"], ("Jane Doe", "John Roe")),
        (["Jane Doe, John Roe {jane,john}@x.org"], ("Jane Doe", "John Roe")),
        (["Jane Doe and John Roe & Ann Poe"], ("Jane Doe", "John Roe", "Ann Poe")),
        (["Jane Doe, Acme Widgets, jane at acme dot com"], ("Jane Doe",)),
        (["Jane Doe [jane (at) acme (dot) com]"], ("Jane Doe",)),
        (["Jane Doe¹, John Roe²", "¹ Acme Inc.", "² University of Foo"], ("Jane Doe", "John Roe")),
        (["Doe, Jane <jane@x.org>"], ("Jane Doe",)),
        (["Dr. Jane Doe et al."], ("Jane Doe",)),
        (["Jane “☺” Doe, jane@x.org"], ("Jane Doe",)),
        (["P.J. Plauger; Hans-J. Boehm"], ("P.J. Plauger", "Hans-J. Boehm")),
        (["Jane Doe (https://example.org/jane)"], ("Jane Doe",)),
        (["dyp <dyp@x.org>"], ("dyp",)),
        (["李明 <li@x.org>"], ("李明",)),
        (["Jane Doe, Jane Doe"], ("Jane Doe",)),
        (["nobody at all is named in this sentence"], ()),
    ],
)
def test_names_stand_with_addresses_and_employers_in_many_forms(lines: list[str], names: tuple[str, ...]) -> None:
    assert names_in(lines) == names


@pytest.mark.parametrize("text", ["Ólafur Waage", "José Daniel García Sánchez", "Ludwig van Beethoven", "JF Bastien"])
def test_a_name_is_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["Acme Inc", "Library Evolution", "see Below", "R2D2 Droid", "Jane", "10 May", ""])
def test_what_is_in_no_name_makes_none(text: str) -> None:
    assert not is_name(text)


@given(st.lists(st.text(max_size=200), max_size=8))
def test_whatever_stands_there_names_are_short_and_unlike_each_other(lines: list[str]) -> None:
    names = names_in(lines)
    assert all(0 < len(name) <= 61 for name in names)
    assert len(set(names)) == len(names)
