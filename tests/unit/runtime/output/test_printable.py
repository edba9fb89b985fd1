"""Text from outside on a terminal."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.output.printable import escaped_json, printable, printable_line, printable_values

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31mP2300R10 \u202egnirts\u202c \u2066x\u2069\x7f\x00\ud800"


def steers(text: str) -> bool:
    """Whether a terminal would do something but show it: controls, direction overrides, line separators, surrogates."""
    return any(
        unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(each) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        for each in text
        if each not in "\t\n"
    )


def test_a_hostile_title_is_only_shown() -> None:
    assert steers(HOSTILE)
    assert printable(HOSTILE) == "�]0;owned��[2J�31mP2300R10 �gnirts� �x����"


@given(st.text(st.characters(codec=None)))
def test_nothing_printed_steers_a_terminal(text: str) -> None:
    assert not steers(printable(text))
    assert not {"\n", "\t"} & set(printable_line(text))
    printable(text).encode()  # a surrogate could not be


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_letters_marks_and_signs_of_any_language_stay(text: str) -> None:
    assert printable(text) == text


def test_every_text_of_a_value_is_one_line() -> None:
    assert printable_values({"a\x1b": ["x\ny\x1b", 1, None], "b": ("\r\n",)}) == {"a�": ["x y�", 1, None], "b": [" "]}


@given(st.text())
def test_a_document_means_the_same_and_carries_nothing_raw(text: str) -> None:
    document = escaped_json(json.dumps({"title": text}, ensure_ascii=False))
    assert not steers(document)
    assert json.loads(document) == {"title": text}
