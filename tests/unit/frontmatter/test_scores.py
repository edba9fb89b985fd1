"""What the bench over real papers counts as right."""

import pytest

from messages.drafts import FrontMatter
from tests.bench.front_matter import (
    Score,
    Series,
    TitleVerdict,
    indexed,
    is_same_person,
    paper_of,
    series_of,
    title_verdict,
    truth_of,
)

INDEX = indexed(
    {
        "P1234R0": {"title": "`std::widget`", "author": "Jane Doe", "type": "paper"},
        "P1234R1": {"title": "`std::widget<T>`", "author": "Jane Doe, John Roe", "type": "paper"},
        "N4321": {"title": "Old widgets", "author": "Max Minor", "type": "paper"},
        "CWG1": {"title": "An issue", "submitter": "Nobody", "type": "issue"},
    }
)


@pytest.mark.parametrize(
    ("name", "paper"),
    [("D1234R5.html", ("P1234", 5)), ("mine-p1234.pdf", ("P1234", None)), ("n4321.pdf", ("N4321", None)),
     ("x.html", None), ("P12345.pdf", None), ("P1234R0--somebody--0a1b.html", ("P1234", 0))],
)  # fmt: skip
def test_a_file_is_a_paper_by_its_name(name: str, paper: tuple[str, int | None] | None) -> None:
    assert paper_of(name) == paper


def test_p_papers_and_others_are_counted_apart() -> None:
    assert [series_of(paper) for paper in INDEX] == [Series.P, Series.N]


def test_long_dashes_may_be_typed_as_short_ones() -> None:
    assert title_verdict("Widgets -- gadgets", ["Widgets — gadgets"]) is TitleVerdict.RIGHT
    assert title_verdict("Widgets: gadgets", ["Widgets — gadgets"]) is TitleVerdict.WRONG


def test_the_truth_is_the_revision_s_own_and_that_of_the_others() -> None:
    truth = truth_of(INDEX, "P1234", 0)
    assert truth is not None
    assert (truth.titles[0], truth.authors[0]) == ("`std::widget`", ("Jane Doe",))
    newest = truth_of(INDEX, "P1234", None)
    assert newest is not None
    assert newest.authors[0] == ("Jane Doe", "John Roe")
    assert truth_of(INDEX, "P9999", 0) is None
    assert truth_of(INDEX, "N4321", None) is not None


@pytest.mark.parametrize(
    ("read", "verdict"),
    [("std::widget", TitleVerdict.RIGHT), ("Std::Widget<T>", TitleVerdict.RIGHT),
     ("std :: widget", TitleVerdict.BLANKS), ("A std::widget for all", TitleVerdict.PARTLY),
     ("Gadgets", TitleVerdict.WRONG), ("", TitleVerdict.NONE)],
)  # fmt: skip
def test_a_title_is_right_if_only_its_marks_differ(read: str, verdict: TitleVerdict) -> None:
    assert title_verdict(read, ["`std::widget`", "std::widget\\<T>"]) is verdict


@pytest.mark.parametrize(
    ("name", "other", "is_same"),
    [("Jane Doe", "Jane Q. Doe", True), ("J. Doe", "Jane Doe", True), ("Łukasz Müster", "Lukasz Muster", True),
     ("Jane Doe", "John Doe", False), ("Doe Jane", "Jane Doe", True), ("Jane Doe", "Jane Roe", False),
     ("Jane Muester", "Jane Müster", True)],
)  # fmt: skip
def test_a_person_may_be_written_in_several_ways(name: str, other: str, is_same: bool) -> None:
    assert is_same_person(name, other) is is_same


def test_wrong_names_cost_precision_and_missed_ones_recall() -> None:
    truth = truth_of(INDEX, "P1234", 1)
    assert truth is not None
    score = Score()
    score.add(FrontMatter(title="", authors=("Jane Doe", "Acme Widgets"), audience=(), date=None, text=""), truth)
    assert (score.names_right, score.names_read, score.names_found, score.names_expected) == (1, 2, 1, 2)
    score.add_audience(("LEWG", "EWG"), ("LEWG", "SG1", "SG2"))
    assert (score.groups_right, score.groups_read, score.groups_found, score.groups_expected) == (1, 2, 1, 3)
