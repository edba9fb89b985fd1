"""Entries of readers who are no users."""

import pytest

from actors.watchlist.matching.entries import InvalidEntry
from actors.watchlist.matching.readers import matching
from messages.papers import PaperKind
from tests.builders import a_paper
from tests.reading_builders import draft_called

PAPERS = (
    a_paper(2300, 10),
    a_paper(1, 0, title="Static reflection", authors=("Barry Revzin",)),
    a_paper(4000, None, PaperKind.LWG, title="reflection"),
)
DRAFTS = (draft_called("D1R1"), draft_called("D2300R11"))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("P2300", {"P2300R10", "D2300R11"}),
        ("title:reflection", {"P0001R0"}),
        ("Revzin", {"P0001R0"}),
        ("LWG", {"LWG4000"}),
        ("Nobody", set()),
    ],
)
def test_an_entry_matches_what_brings_a_user_a_notice(entry: str, expected: set[str]) -> None:
    found = matching(entry, PAPERS, DRAFTS, {})
    assert isinstance(found, frozenset)
    assert expected <= found
    assert {id for id in found if not id.startswith("D")} == {id for id in expected if not id.startswith("D")}


def test_the_audiences_of_a_number_count() -> None:
    assert matching("audience:LEWG", PAPERS, (), {"P2300": ("LEWG",)}) == frozenset({"P2300R10"})


def test_what_means_nothing_is_refused_with_a_reason() -> None:
    refused = matching("title:", PAPERS, DRAFTS, {})
    assert isinstance(refused, InvalidEntry)
    assert "title" in refused.detail
