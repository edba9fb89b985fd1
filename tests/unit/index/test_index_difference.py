"""What is new in an index, and when an index is not to be believed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.index.entries.difference import compare, nonsense
from actors.index.model.records import Reading
from messages.papers import PaperKind
from tests.builders import a_paper
from tests.index_builders import (
    a_body,
    a_candidate,
    an_entry,
    fingerprints_of,
    many_entries,
    papers_of,
    reading_of,
)

titles = st.text(st.characters(codec="utf-8"), max_size=8)
indexes = st.dictionaries(
    st.integers(1, 30).map(lambda number: f"P{number:04d}R0"), titles.map(lambda title: an_entry(title=title))
)


def a_reading(valid: int = 0, bad: int = 0, unknown: int = 0) -> Reading:
    return Reading(candidates=(), valid=valid, bad=bad, examples=(), unknown=unknown)


def test_an_index_as_it_is_stored_has_no_candidates() -> None:
    body = a_body(**many_entries(10))

    again = reading_of(body, fingerprints_of(reading_of(body)))

    assert (again.candidates, again.valid) == ((), 10)


def test_entries_are_told_apart_by_what_is_stored() -> None:
    new, changed, same = a_paper(1), a_paper(2, title="after"), a_paper(3)
    before = {changed.id: a_paper(2, title="before"), same.id: same}

    compared = compare(before, [a_candidate(new), a_candidate(changed), a_candidate(same)])

    assert compared.added == (a_candidate(new),)
    assert compared.changed == (a_candidate(changed),)
    assert compared.same == (a_candidate(same),)


def test_what_users_may_be_told_of_is_new_or_has_another_title_or_other_authors() -> None:
    issue, dated = a_paper(1, None, PaperKind.LWG), a_paper(2, date=None)
    renamed, by_others = a_paper(3, title="after"), a_paper(4, authors=("Somebody Else",))
    before = {dated.id: a_paper(2), renamed.id: a_paper(3), by_others.id: a_paper(4)}

    compared = compare(before, [a_candidate(each) for each in (a_paper(5), issue, dated, renamed, by_others)])

    assert (len(compared.added), len(compared.changed), compared.notable) == (2, 3, 3)


def test_an_index_that_is_only_written_differently_is_no_news() -> None:
    stored = reading_of(a_body(P0001R0=an_entry(title="x")))
    rewritten = reading_of(
        b'{ "P0001R0" : {"type":"paper", "date":"20250131", "author":"Ada Lovelace","title":"x" , "extra": [1]} }',
        fingerprints_of(stored),
    )

    compared = compare(papers_of(stored), rewritten.candidates)

    assert (compared.added, compared.changed) == ((), ())
    assert len(compared.same) == 1


@given(before=indexes, after=indexes)
def test_the_stored_index_with_its_news_is_the_new_index(before: dict[str, Any], after: dict[str, Any]) -> None:
    stored = reading_of(a_body(**before))
    fetched = reading_of(a_body(**after), fingerprints_of(stored))

    compared = compare(papers_of(stored), fetched.candidates)
    applied = papers_of(stored) | {news.paper.id: news.paper for news in compared.added + compared.changed}

    assert applied == papers_of(stored) | papers_of(reading_of(a_body(**after)))


@given(before=indexes, after=indexes)
def test_news_are_exactly_what_is_new(before: dict[str, Any], after: dict[str, Any]) -> None:
    stored = papers_of(reading_of(a_body(**before)))
    fetched = reading_of(a_body(**after), fingerprints_of(reading_of(a_body(**before))))

    compared = compare(stored, fetched.candidates)

    whole = papers_of(reading_of(a_body(**after)))
    assert {news.paper.id for news in compared.added} == whole.keys() - stored.keys()
    assert {news.paper.id for news in compared.changed} == {
        id for id in whole.keys() & stored.keys() if whole[id] != stored[id]
    }


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (a_reading(), "an empty object"),
        (a_reading(unknown=2), "none of its 2 members is an entry of the index"),
        (a_reading(bad=1), "none of its 1 members is an entry of the index"),
        (a_reading(valid=10, bad=11), "11 of its 21 entries cannot be read"),
        (a_reading(valid=10, bad=3, unknown=40), ""),
        (a_reading(valid=1), ""),
    ],
)
def test_what_is_no_index_is_refused(reading: Reading, why: str) -> None:
    assert nonsense(reading) == why


def test_an_error_object_is_suspect() -> None:
    reading = reading_of(b'{"error": "rate limited", "status": 429}')

    assert "none of its 2 members" in nonsense(reading)
