"""Folding text into words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching.folding import fold, phrases, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Thomas Köppe", ["thomas", "koppe"]),
        ("Michał Dominiak", ["michal", "dominiak"]),
        ("Bjarne Stroustrup", ["bjarne", "stroustrup"]),
        ("Søren Ærøskøbing", ["soren", "aeroskobing"]),
        ("Ján Ondrušek", ["jan", "ondrusek"]),
        ("Straße", ["strasse"]),
        ("Đorđe", ["dorde"]),
        ("\u0131\u0130", ["ii"]),
        ("Arthur O\u2019Dwyer", ["arthur", "o", "dwyer"]),
        ("J. Daniel García-Sánchez", ["j", "daniel", "garcia", "sanchez"]),
        ("snake_case", ["snake", "case"]),
        ("²", []),
        ("x²y", ["x", "y"]),
        ("\uff30\uff12\uff13\uff10\uff10", ["p2300"]),
        ("?!", []),
    ],
)
def test_a_text_is_folded_into_words(written: str, folded: list[str]) -> None:
    assert list(words(written)) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert words(fold(text)) == words(text)


@given(st.text(alphabet=st.characters(categories=["L", "M", "Z", "P"])))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


@given(st.text(alphabet="abcdé -", max_size=30), st.integers(0, 9))
def test_phrases_are_all_runs_of_words_up_to_the_length(text: str, longest: int) -> None:
    folded = words(text)
    runs = [
        " ".join(folded[start:end])
        for start in range(len(folded))
        for end in range(start + 1, len(folded) + 1)
        if end - start <= max(longest, 1)
    ]
    assert sorted(phrases(text, longest)) == sorted(runs)
