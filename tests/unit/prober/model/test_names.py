"""Names of the papers folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.model import names
from messages.drafts import DraftPrefix, Extension
from messages.papers import PaperKind
from messages.probing import DraftName
from tests.builders import a_paper
from tests.prober_builders import a_name

any_name = st.builds(
    DraftName,
    prefix=st.sampled_from(DraftPrefix),
    number=st.integers(1, names.NUMBER_LIMIT),
    revision=st.integers(0, names.REVISION_LIMIT),
    extension=st.sampled_from(Extension),
)


def test_a_number_is_written_with_four_digits() -> None:
    assert names.text_of(a_name(number=42)) == "D0042R1.pdf"
    assert names.text_of(a_name(number=12345, revision=10, extension=Extension.HTML)) == "D12345R10.html"


@given(any_name)
def test_every_name_is_read_as_it_is_written(name: DraftName) -> None:
    assert names.parse(names.text_of(name)) == name


@pytest.mark.parametrize(
    "text",
    ["D123R1.pdf", "D01234R1.pdf", "D1234R01.pdf", "N1234R1.pdf", "D1234R1.doc", "D1234R1.pdf\n",
     "D\u0661\u0662\u0663\u0664R1.pdf", "D0000R1.pdf", "d1234r1.pdf", ""],
)  # fmt: skip
def test_what_is_no_name_is_none(text: str) -> None:
    assert names.parse(text) is None


def test_the_canary_is_a_name_that_no_paper_has() -> None:
    canaries = {names.canary(generation) for generation in range(1000)}
    assert {canary.number for canary in canaries} == {0}
    assert len(canaries) == 1000


def test_only_p_papers_with_a_possible_number_say_something_of_a_number() -> None:
    assert names.is_numbered(a_paper())
    assert names.is_numbered(a_paper(number=976, revision=None))
    assert not names.is_numbered(a_paper(kind=PaperKind.D))
    assert not names.is_numbered(a_paper(kind=PaperKind.N, number=4950, revision=None))
    assert not names.is_numbered(a_paper(number=123_456_789_012))
    assert not names.is_numbered(a_paper(revision=10**9))


def test_a_paper_without_a_revision_is_the_first_of_its_number() -> None:
    assert names.revision_of(a_paper(revision=None)) == 0
