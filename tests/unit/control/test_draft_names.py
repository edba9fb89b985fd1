"""What operators may write for a draft and for a paper number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.control.answers.draft_names import NotAName, names_of, number_of
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName
from tests.prober_builders import a_name

HTML = Extension.HTML


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("D1234R0", (a_name(revision=0), a_name(revision=0, extension=HTML))),
        (" p1234r10.html ", (a_name(revision=10, extension=HTML, prefix=DraftPrefix.P),)),
        ("D42R1.pdf", (a_name(42),)),
        ("D0042R1.PDF", (a_name(42),)),
    ],
)
def test_a_name_is_one_file_or_both(text: str, names: tuple[DraftName, ...]) -> None:
    assert names_of(text) == names


@pytest.mark.parametrize("text", ["D1234", "1234", "P1234"])
def test_a_name_without_a_revision_is_told_what_lacks(text: str) -> None:
    answer = names_of(text)
    assert isinstance(answer, NotAName)
    assert "D1234R0" in answer.detail
    assert "--explain" in answer.detail


@pytest.mark.parametrize(
    "text", ["", "CWG123", "N4950", "D0R0", "D123456R0", "D1234R0.doc", "D1234R1000", "D1234R01", "D１２３４R0", "--"]
)
def test_what_is_no_name_is_refused_in_words(text: str) -> None:
    answer = names_of(text)
    assert isinstance(answer, NotAName)
    assert "D1234R0" in answer.detail


@pytest.mark.parametrize("text", ["D1234", "p1234", "1234", "01234", "D1234R0", "P1234R12.pdf"])
def test_a_number_is_meant_by_each_way_to_write_it(text: str) -> None:
    assert number_of(text) == 1234


@pytest.mark.parametrize("text", ["", "0", "D0000", "N4950", "CWG1", "123456", "1234R", "D-1"])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    answer = number_of(text)
    assert isinstance(answer, NotAName)
    assert repr(text) in answer.detail


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_name_or_refused(text: str) -> None:
    for name in found if isinstance(found := names_of(text), tuple) else ():
        assert 1 <= name.number <= 99_999
        assert 0 <= name.revision <= 999
    assert isinstance(number_of(text), int | NotAName)
