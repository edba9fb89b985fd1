"""Groups of the committee, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching.audiences import audience, audiences


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("LEWG", ("LEWG",)),
        ("LEWG, SG1", ("LEWG", "SG1")),
        ("Library Evolution Working Group", ("LEWG",)),
        ("Library Evolution; Library", ("LEWG", "LWG")),
        ("SG16 Unicode, EWGI", ("SG16", "EWGI")),
        ("SG-06", ("SG6",)),
        ("All of WG21", ("WG21",)),
        ("Core, CWG", ("CWG",)),
        ("", ()),
        ("somebody", ()),
    ],
)
def test_groups_are_found_in_what_papers_write(text: str, groups: tuple[str, ...]) -> None:
    assert audiences(text) == groups


@pytest.mark.parametrize(
    ("text", "group"),
    [("lewg", "LEWG"), ("Library Evolution", "LEWG"), ("sg 16", "SG16"), ("LEWG, EWG", None), ("LEWG please", None)],
)
def test_one_group_is_one_name(text: str, group: str | None) -> None:
    assert audience(text) == group


@given(st.text())
def test_any_text_has_groups_or_none(text: str) -> None:
    assert all(audience(group) == group for group in audiences(text))
