"""What a command takes back of what is not sent yet."""

from actors.watchlist.commands.run.taking_back import taken_back
from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.model.user_state import Changes
from messages.notices import TakeBackNotices
from tests.commanding_builders import a_mute, a_user, an_entry

KOPPE = (EntryKind.AUTHOR, "koppe")
P2300 = (EntryKind.NUMBER, "P2300")


def command(changes: Changes, *entries: str) -> TakeBackNotices | None:
    return taken_back(a_user(*(entries or ("Köppe", "P2300"))), changes)


def test_an_entry_takes_back_what_only_it_matched_under_the_name_that_the_user_gave_it() -> None:
    assert command(Changes(remove=(KOPPE,))) == TakeBackNotices(
        user="U1", entries=("Köppe",), subjects=(), everything=False, reason="you unwatched “Köppe”"
    )


def test_the_last_entry_takes_back_everything() -> None:
    found = command(Changes(remove=(KOPPE, P2300)))
    assert found is not None
    assert (found.everything, found.reason) == (True, "you unwatched everything")
    only = command(Changes(remove=(P2300,)), "P2300")
    assert only is not None
    assert (only.everything, only.reason) == (True, "you unwatched “P2300”")


def test_a_mute_takes_back_a_number_an_entry_or_everything() -> None:
    number, author = command(Changes(mute=(a_mute("P2300"),))), command(Changes(mute=(a_mute("Köppe"),)))
    everything = command(Changes(mute=(a_mute("all"),)))
    assert number is not None
    assert author is not None
    assert everything is not None
    assert (number.entries, number.subjects, number.reason) == ((), ("P2300",), "you muted “P2300”")
    assert (author.entries, author.subjects) == (("Köppe",), ())
    assert (everything.everything, everything.reason) == (True, "you muted everything")


def test_what_is_swapped_or_only_added_takes_nothing_back() -> None:
    assert command(Changes(remove=(KOPPE,), add=(an_entry("Kope"),))) is None
    assert command(Changes(add=(an_entry("Kope"),))) is None
    assert command(Changes(unmute=((None, ""),))) is None


def test_a_long_list_is_named_in_short() -> None:
    names = [f"P{number}" for number in range(1, 10)]
    found = command(Changes(remove=tuple((EntryKind.NUMBER, name) for name in names[:7])), *names)
    assert found is not None
    assert found.reason == "you unwatched “P1”, “P2”, “P3”, “P4”, “P5” and 2 more"
