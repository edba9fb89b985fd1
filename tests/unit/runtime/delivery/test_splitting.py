"""Events that are too big become several, with nothing lost and in the same order."""

from dataclasses import fields

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.delivery.encoding import LARGEST_EVENT, encoded_parts
from messages.checks import CheckAlert
from messages.commands import CommandAnswered, PreferencesChanged, UserCommand, UserForgotten
from messages.delivery import Tombstone
from messages.drafts import DraftsPublished, Publication, WatchedNumbers
from messages.notices import Audience, Happening, Notice, NotifyChannel, SummarizeForChannel, SummarizeForUser
from messages.papers import CaughtUp, MailingPublished, Occasion, PapersAdded
from messages.registry import DURABLE, SPLIT_FIELDS
from tests.builders import NOON, a_paper
from tests.watching_builders import a_draft

WHOLE = {
    CaughtUp, Tombstone, SummarizeForUser, SummarizeForChannel, UserCommand, CommandAnswered, PreferencesChanged,
    UserForgotten, CheckAlert, MailingPublished,
}  # fmt: skip


def a_notice(detail: str) -> Notice:
    return Notice(id="D1R0", happening=Happening.DRAFT_FOUND, title="", authors=(), links=(), matched=(), detail=detail)


def test_each_durable_event_is_split_or_known_to_go_whole() -> None:
    assert set(DURABLE.values()) == SPLIT_FIELDS.keys() | WHOLE
    assert not SPLIT_FIELDS.keys() & WHOLE
    for kind, names in SPLIT_FIELDS.items():
        assert {field.name for field in fields(kind)} >= set(names)


def test_150_publications_with_9_000_characters_each_are_several_events() -> None:
    publications = tuple(
        Publication(draft=a_draft(number=number), paper=a_paper(number=number, title="é" * 9000))
        for number in range(1, 151)
    )
    parts = encoded_parts(DraftsPublished(publications=publications))
    assert len(parts) > 5
    assert max(len(part.payload.encode()) for part in parts) <= LARGEST_EVENT
    assert tuple(each for part in parts for each in part.event.publications) == publications
    assert all(msgspec.json.decode(part.payload, type=DraftsPublished) == part.event for part in parts)


def test_an_event_that_is_small_enough_stays_whole() -> None:
    event = PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(), a_paper(number=1)))
    (part,) = encoded_parts(event)
    assert part.event == event


@pytest.mark.parametrize("largest", [200, 1000])
def test_other_fields_are_the_same_in_each_part(largest: int) -> None:
    event = NotifyChannel(audience=Audience.OPERATORS, notices=tuple(a_notice("x" * 50) for _ in range(20)))
    parts = encoded_parts(event, largest)
    assert len(parts) > 1
    assert {part.event.audience for part in parts} == {Audience.OPERATORS}


def test_an_item_that_is_too_big_for_any_event_goes_alone() -> None:
    event = NotifyChannel(audience=Audience.READERS, notices=(a_notice("a"), a_notice("b" * 2000), a_notice("c")))
    assert [len(part.event.notices) for part in encoded_parts(event, 1000)] == [1, 1, 1]


@given(st.lists(st.integers(0, 99999)), st.lists(st.integers(0, 99999)), st.integers(60, 300))
def test_nothing_is_lost_and_nothing_changes_its_place(added: list[int], removed: list[int], largest: int) -> None:
    parts = encoded_parts(WatchedNumbers(added=tuple(added), removed=tuple(removed)), largest)
    assert [number for part in parts for number in part.event.added] == added
    assert [number for part in parts for number in part.event.removed] == removed
    assert max(len(part.payload) for part in parts) <= largest
