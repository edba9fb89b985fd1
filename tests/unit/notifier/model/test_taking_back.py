"""What is left of notices that are taken back in part."""

import pytest

from actors.notifier.model.taking_back import number_of, remainder
from messages.notices import NotifyUser, TakeBackNotices
from tests.notifier_builders import take_back
from tests.watching_builders import a_notice, a_summary

BY_BOTH = a_notice("D1R0", matched=("koppe", "P1"))
BY_AUTHOR = a_notice("D2R0", matched=("koppe",))
IN_TEXT = a_notice("D3R0", mentioned=("koppe",))
BY_NUMBER = a_notice("P0042R1", matched=("P42",))
BATCH = NotifyUser(user="U1", notices=(BY_BOTH, BY_AUTHOR, IN_TEXT, BY_NUMBER))


def left(command: TakeBackNotices) -> list[tuple[str, tuple[str, ...]]]:
    event = remainder(BATCH, command).event
    return [] if event is None else [(notice.id, notice.matched) for notice in event.notices]


def test_what_only_an_unwatched_entry_matched_is_taken_back() -> None:
    command = take_back(entries=("koppe",))
    assert left(command) == [("D1R0", ("P1",)), ("P0042R1", ("P42",))]
    assert remainder(BATCH, command).taken == ("D2R0", "D3R0")


def test_of_a_muted_number_everything_is_taken_back_whatever_matched_it() -> None:
    assert [id for id, _ in left(take_back(subjects=("P1", "P42")))] == ["D2R0", "D3R0"]


def test_everything_is_taken_back_and_nothing_is() -> None:
    assert left(take_back(everything=True)) == []
    assert remainder(BATCH, take_back(entries=("P7",))).event == BATCH


@pytest.mark.parametrize(
    ("id", "number"), [("D0042R1", "P42"), ("P2300R10", "P2300"), ("LWG4000", "LWG4000"), ("N4950", "N4950"), ("", "")]
)
def test_a_draft_and_its_paper_have_one_number(id: str, number: str) -> None:
    assert number_of(id) == number


def test_a_summary_counts_what_it_did_not_list_by_its_entries() -> None:
    more_by = ((("koppe",), 7), (("koppe", "P1"), 2), (("P9",), 1))
    summary = a_summary(BY_AUTHOR, BY_BOTH, more=10, more_by=more_by)
    after = remainder(summary, take_back(entries=("koppe",))).event
    assert after == a_summary(a_notice("D1R0", matched=("P1",)), more=3, more_by=((("P1",), 2), (("P9",), 1)))
    assert remainder(summary, take_back(everything=True)).event is None


def test_a_summary_of_which_nothing_is_listed_any_more_still_counts_the_others() -> None:
    summary = a_summary(BY_AUTHOR, more=5, more_by=((("P9",), 5),))
    assert remainder(summary, take_back(entries=("koppe",))).event == a_summary(more=5, more_by=((("P9",), 5),))
