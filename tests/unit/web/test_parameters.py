"""What readers ask, decoded and checked."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec import UNSET, Struct

from actors.web.model.views import EventKind
from actors.web.query.parameters import (
    BadRequest,
    DraftsParameters,
    EventsParameters,
    FeedParameters,
    NumberParameters,
    PapersParameters,
    number,
    read,
)


def test_what_is_not_given_is_not_set() -> None:
    asked = read([], PapersParameters)
    assert (asked.limit, asked.number, asked.kind) == (50, UNSET, UNSET)


def test_values_are_decoded() -> None:
    pairs = [("limit", "7"), ("number", "2300"), ("kind", "P"), ("since", "2025-01-02"), ("words", "std & more")]
    asked = read(pairs, PapersParameters)
    assert asked == PapersParameters(limit=7, number=2300, kind="P", since=date(2025, 1, 2), words="std & more")
    assert read([("kind", "draft_found")], EventsParameters).kind is EventKind.DRAFT_FOUND


@pytest.mark.parametrize(
    ("pairs", "kind", "why"),
    [
        ([("limits", "7")], DraftsParameters, "there is no parameter 'limits'"),
        ([("limit", "7"), ("limit", "7")], DraftsParameters, "limit is there twice"),
        (
            [("limit", "0")],
            DraftsParameters,
            "the parameter limit is wrong: write a whole number from 1 to 200, not '0'",
        ),
        ([("limit", "201")], DraftsParameters, "limit is wrong: write a whole number from 1 to 200, not '201'"),
        ([("limit", "seven")], DraftsParameters, "limit is wrong: write a whole number from 1 to 200, not 'seven'"),
        ([("limit", "")], DraftsParameters, "limit is wrong: write a whole number from 1 to 200, not ''"),
        ([("limit", "1" * 5000)], DraftsParameters, "the parameter limit is wrong: write a whole number"),
        ([("state", "lost")], DraftsParameters, "state is wrong: write found, published or withdrawn, not 'lost'"),
        ([("since", "soon")], PapersParameters, "since is wrong: write a day like 2025-12-31, not 'soon'"),
        ([("since", "2025")], EventsParameters, "since is wrong: write a time like 2025-12-31T12:00:00Z, not '2025'"),
        ([("since", "-1")], EventsParameters, "since is wrong: write a time like"),
        ([("since", "1e400")], EventsParameters, "since is wrong: write a time like"),
        ([("number", "null")], DraftsParameters, "the parameter number is wrong"),
        ([("since", "2025-13-01")], PapersParameters, "the parameter since is wrong"),
        ([("since", "2025-01-01T00:00:00")], EventsParameters, "the parameter since is wrong"),
        ([("kind", "p")], PapersParameters, "the parameter kind is wrong"),
        ([("words", "")], PapersParameters, "the parameter words is wrong: it is empty"),
        ([("words", "a\0b")], PapersParameters, "control character"),
        ([("q", "x" * 101)], FeedParameters, "the parameter q is wrong: it is longer than 100 characters"),
        ([("q", "x")], NumberParameters, "takes no parameters"),
    ],
)
def test_what_is_unknown_doubled_or_wrong_is_refused_with_the_reason(
    pairs: list[tuple[str, str]], kind: type[Struct], why: str
) -> None:
    with pytest.raises(BadRequest, match=why):
        read(pairs, kind)


@given(some.lists(some.tuples(some.sampled_from(["limit", "after", "number", "state", "x"]), some.text())))
def test_any_query_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        asked = read(pairs, DraftsParameters)
    except BadRequest:
        return
    assert 1 <= asked.limit <= 200


@pytest.mark.parametrize("text", ["P2300", "-1", "123456", "", "２３", "1.0"])
def test_what_is_no_paper_number_is_refused(text: Any) -> None:
    with pytest.raises(BadRequest, match="is not a paper number"):
        number(text)


def test_a_paper_number_is_one_with_zeros_too() -> None:
    assert number("0042") == 42
