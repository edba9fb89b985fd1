"""What users do not want to hear of for a while."""

from datetime import timedelta

import pytest

from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.matching.mutes import Mutes
from tests.builders import NOON
from tests.commanding_builders import a_mute

MATCHES = {"U1": ("Köppe", "2300"), "U2": ("Köppe",)}


def test_a_number_silences_all_about_it() -> None:
    mutes = Mutes([a_mute("P2300")])
    assert mutes.unmuted("P2300", MATCHES, NOON) == {"U2": ("Köppe",)}
    assert mutes.unmuted("P2301", MATCHES, NOON) == MATCHES


def test_an_entry_silences_only_itself() -> None:
    mutes = Mutes([a_mute("Köppe")])
    assert mutes.unmuted("P2300", MATCHES, NOON) == {"U1": ("2300",), "U2": ("Köppe",)}
    assert mutes.unmuted("P2300", {"U1": ("Köppe",)}, NOON) == {}


@pytest.mark.parametrize("written", ["koppe", "KÖPPE", "author:Köppe"])
def test_an_entry_is_silent_however_it_was_written_when_it_was_muted(written: str) -> None:
    assert Mutes([a_mute(written)]).unmuted("P2300", {"U1": ("Köppe", "title:x")}, NOON) == {"U1": ("title:x",)}
    assert Mutes([a_mute("Köppe")]).unmuted("P2300", {"U1": (written,)}, NOON) == {}


def test_everything_can_be_silenced() -> None:
    assert Mutes([a_mute("all")]).unmuted("LWG1", MATCHES, NOON) == {"U2": ("Köppe",)}


def test_a_mute_ends() -> None:
    mutes = Mutes([a_mute("P2300", until=NOON)])
    assert "U1" not in mutes.unmuted("P2300", MATCHES, NOON - timedelta(seconds=1))
    assert "U1" in mutes.unmuted("P2300", MATCHES, NOON)
    assert mutes.of("U1", NOON) == ()


def test_a_mute_replaces_one_for_the_same_and_can_be_removed() -> None:
    mutes = Mutes([a_mute("P2300", until=NOON), a_mute("P2300"), a_mute("all")])
    assert mutes.of("U1", NOON) == (a_mute("P2300"), a_mute("all"))
    mutes.remove("U1", EntryKind.NUMBER, "P2300")
    assert mutes.of("U1", NOON) == (a_mute("all"),)
    mutes.forget("U1")
    assert mutes.of("U1", NOON) == ()
