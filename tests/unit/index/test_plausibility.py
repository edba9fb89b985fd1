"""When a page is held: each rule of docs/sources.md, and honest changes that pass."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from actors.index.entries.plausibility import RULES, ChangeTally, doubts, flips, is_alike
from actors.index.model.pages import NO_VALIDATORS, HeldPage, NewPage, PageState, digests_after
from actors.index.model.records import Reading
from messages.papers import Paper
from tests.builders import a_paper

TODAY = date(2025, 12, 4)
SOURCES = Path(__file__).parents[3] / "docs" / "sources.md"
MANY = [a_paper(number, status="old", previous="P0001R0") for number in range(1, 1001)]


def a_page(entries: int = 1000, **fields: Any) -> PageState:
    return PageState(source="wg21.link", page="index.json", entries=entries, **fields)


def a_reading(valid: int = 1000, **fields: Any) -> Reading:
    return Reading(candidates=(), valid=valid, bad=0, examples=(), unknown=0, **fields)


def changed(papers: list[Paper], **fields: Any) -> ChangeTally:
    tally = ChangeTally()
    for paper in papers:
        tally.add(paper, replace(paper, **fields), TODAY)
    return tally


def why(tally: ChangeTally, page: PageState | None = None, reading: Reading | None = None) -> str:
    return "\n".join(doubts(page or a_page(), reading or a_reading(), tally))


@pytest.mark.parametrize(
    ("stored", "now", "is_held"), [(1000, 800, True), (1000, 801, False), (5, 3, False), (15, 12, True)]
)
def test_a_page_that_shrank_by_a_fifth_is_held(stored: int, now: int, is_held: bool) -> None:
    text = why(ChangeTally(), a_page(stored), a_reading(now))

    assert text == (f"index shrunk: {now:,} entries where {stored:,} are stored" if is_held else "")


@pytest.mark.parametrize(
    ("stored", "gone", "new", "is_held"),
    [
        (1000, 200, 200, True),
        (1000, 199, 199, False),
        (1000, 250, 100, True),
        (1000, 400, 900, True),
        (10, 2, 30, False),
        (10, 3, 30, True),
    ],
)
def test_a_page_whose_entries_are_replaced_by_others_is_held(stored: int, gone: int, new: int, is_held: bool) -> None:
    tally = ChangeTally()
    for number in range(5001, 5001 + new):
        tally.add(None, a_paper(number, title=f"About {number}"), TODAY)

    text = why(tally, a_page(stored), a_reading(stored - gone + new))

    wanted = f"index replaced: {gone} of {stored:,} stored entries are gone, and {new} others have come"
    assert text == (wanted if is_held else "")


def test_the_entries_of_a_window_may_all_be_others() -> None:
    tally = ChangeTally()
    for number in range(1, 101):
        tally.add(None, a_paper(number), TODAY)

    assert why(tally, a_page(100), a_reading(100, is_window=True)) == ""


@pytest.mark.parametrize(
    ("field", "empty"), [("title", ""), ("authors", ()), ("date", None), ("url", ""), ("status", ""), ("previous", "")]
)
def test_a_field_that_many_entries_lost_is_held_and_a_few_are_not(field: str, empty: object) -> None:
    assert f"50 entries lost their {field}: P0001R10" in why(changed(MANY[:50], **{field: empty}))
    assert why(changed(MANY[:49], **{field: empty})) == ""


@pytest.mark.parametrize(("stored", "least"), [(60, 10), (300, 30), (1000, 100), (27_000, 200)])
def test_titles_that_change_in_many_entries_are_held(stored: int, least: int) -> None:
    page, reading = a_page(stored), a_reading(stored)
    assert f"{least} entries have another title: P0001R10: title “" in why(
        changed(MANY[:least], title="GrÃ¶ÃŸe"), page, reading
    )
    assert why(changed(MANY[: least - 1], title="GrÃ¶ÃŸe"), page, reading) == ""


def test_a_title_that_comes_later_is_no_other_title() -> None:
    untitled = [replace(paper, title="") for paper in MANY[:300]]
    assert why(changed(untitled, title="There")) == ""


def test_ids_that_are_renamed_are_held() -> None:
    tally = ChangeTally()
    for number in range(1, 51):
        tally.add(None, a_paper(number, 9, title=f"About {number}"), TODAY)
    missing = {f"P{number:04d}R8": a_paper(number, 8, title=f"About {number}") for number in range(1, 51)}
    tally.add_missing(missing)

    assert "50 ids renamed: P0001R8 is P0001R9 now" in why(tally)


def test_a_new_revision_of_the_same_title_is_no_renaming() -> None:
    tally = ChangeTally()
    for number in range(1, 101):
        tally.add(None, a_paper(number, 9, title=f"About {number}"), TODAY)
    tally.add_missing({})

    assert why(tally) == ""


def test_very_many_changes_at_once_are_held() -> None:
    assert "1,000 entries changed at once: P0001R10: status “old” becomes “x”" in why(
        changed(MANY, status="x"), a_page(27_000), a_reading(27_000)
    )
    assert why(changed(MANY[:999], status="x"), a_page(27_000), a_reading(27_000)) == ""
    assert "500 entries changed at once" in why(changed(MANY[:500], status="x"))


@pytest.mark.parametrize("day", [date(2030, 1, 1), date(2020, 1, 1), date(1980, 1, 1)])
def test_dates_that_moved_beyond_reason_are_held(day: date) -> None:
    assert "20 dates moved beyond reason: P0001R10 from 2024-06-28 to" in why(changed(MANY[:20], date=day))
    assert why(changed(MANY[:19], date=day)) == ""


def test_dates_that_moved_a_little_pass() -> None:
    assert why(changed(MANY[:300], date=date(2024, 7, 1))) == ""


def test_a_page_that_was_cut_is_held() -> None:
    assert "cut in the middle" in why(ChangeTally(), reading=a_reading(is_whole=False))


@pytest.mark.parametrize(
    ("digests", "digest", "is_flipping"),
    [
        ((), 1, False),
        ((1,), 2, False),
        ((1, 2), 1, False),
        ((1, 2, 1), 2, True),
        ((1, 2, 1), 1, False),
        ((1, 2, 1), 3, False),
    ],
)
def test_a_page_that_flips_between_two_versions_is_held(
    digests: tuple[int, ...], digest: int, is_flipping: bool
) -> None:
    assert flips(digests, digest) is is_flipping
    assert ("flipping" in why(ChangeTally(), a_page(digests=digests), a_reading(digest=digest))) is is_flipping


def test_what_persists_is_alike_give_or_take_some_entries() -> None:
    why = "index shrunk: 500 entries where 900 are stored\n7 entries lost their date: P0001R0"
    held = HeldPage(since=datetime(2025, 1, 1, tzinfo=UTC), why=why, digest=1, entries=500, validators=NO_VALIDATORS)

    def new(valid: int, digest: int = 2) -> NewPage:
        return NewPage(reading=a_reading(valid, digest=digest), candidates=(), validators=NO_VALIDATORS)

    same = ("index shrunk: 510 entries where 900 are stored", "400 entries changed at once: P0001R0: x")
    assert is_alike(held, new(510), same)
    assert is_alike(held, new(510), ("index replaced: 400 of 900 stored entries are gone, and 10 others have come",))
    assert is_alike(held, new(900, digest=1), ("cut in the middle: 1 entries",))
    assert not is_alike(held, new(511), same)
    assert not is_alike(held, new(510), (*same, "9 entries lost their authors: P0001R0"))
    assert digests_after(a_page(digests=(1, 2), held=held), 3) == (3,)
    assert digests_after(a_page(digests=(1, 2)), 2) == (1, 2)
    assert digests_after(a_page(digests=(1, 2, 1), held=held), 1) == (1, 2, 1)


def test_a_month_of_honest_changes_passes() -> None:
    tally = changed(MANY[:40], title="Better")
    for number in range(2000, 2250):
        tally.add(None, a_paper(number), TODAY)

    assert why(tally, reading=a_reading(1250)) == ""


def test_every_rule_stands_in_the_document() -> None:
    text = SOURCES.read_text(encoding="utf-8")

    assert [rule for rule in RULES if f"| {rule} |" not in text] == []
    rows = [line for line in text.splitlines() if any(line.startswith(f"| {rule} |") for rule in RULES)]
    named = [line.rstrip("| ").rpartition("`")[0].rpartition("`")[2] for line in rows]
    assert len(named) == len(RULES)
    assert [test for test in named if not callable(globals().get(test))] == []
