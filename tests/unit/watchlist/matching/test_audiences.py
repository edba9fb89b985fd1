"""Groups of the committee, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching.audiences import audience, audiences, group_alone


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
        ("LEWG Library Evolution", ("LEWG",)),
        ("EWG Evolution", ("EWG",)),
        ("LWG Library", ("LWG",)),
        ("CWG Core", ("CWG",)),
        ("EWGI SG17: EWG Incubator", ("EWGI",)),
        ("LEWGI SG18: LEWG Incubator", ("LEWGI",)),
        ("SG1 Concurrency and Parallelism", ("SG1",)),
        ("SG1 Concurrency and Parallelism,LEWG Library Evolution,LWG Library", ("SG1", "LEWG", "LWG")),
        ("SG7 Compile-time Programming", ("SG7",)),
        ("SG22 C/C++ Liaison", ("SG22",)),
        ("SG23 Safety and Security; SG14 Low Latency", ("SG23", "SG14")),
        ("Direction Group", ("DG",)),
        ("Core/Library", ("CWG", "LWG")),
        ("Concurrency", ("SG1",)),
        ("Unicode Study Group", ("SG16",)),
        ("Numerics SG; LWG & CWG", ("SG6", "LWG", "CWG")),
        ("sg-16/sg_1 SG 9", ("SG16", "SG1", "SG9")),
        ("SG100, SG0, XYZ", ()),
        ("Feature Testing", ("SG10",)),
        ("Concurrency and Parallelism", ("SG1",)),
        ("Lib Evolution", ("LEWG",)),
        ("SG13 HMI & I/O", ("SG13",)),
        ("and", ()),
        ("Evolution, WG21", ("EWG", "WG21")),
        ("", ()),
        ("somebody", ()),
    ],
)
def test_groups_are_found_in_what_papers_write(text: str, groups: tuple[str, ...]) -> None:
    assert audiences(text) == groups


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("lewg", "LEWG"), ("Library Evolution", "LEWG"), ("sg 16", "SG16"), ("LEWG, EWG", None), ("LEWG please", None),
        ("LEWG Library Evolution", "LEWG"), ("EWGI SG17: EWG Incubator", "EWGI"), ("SG16 Unicode", "SG16"),
        ("SG1 Concurrency and Parallelism", "SG1"), ("Library Evolution Working Group (LEWG)", "LEWG"),
        ("All of WG21", "WG21"), ("SG13 HMI", "SG13"), ("SG16 please", None), ("SG16 Unicode, LEWG", None),
        ("contracts", "SG21"),
    ],
)  # fmt: skip
def test_one_group_is_one_name(text: str, group: str | None) -> None:
    assert audience(text) == group


@pytest.mark.parametrize(
    ("text", "group"),
    [("LEWG Library Evolution", "LEWG"), ("SG-16", "SG16"), ("sg16 unicode", "SG16"), ("library", None),
     ("Core Niebler", None), ("LEWG Niebler", None), ("SG24 something", None), ("contracts", None)],
)  # fmt: skip
def test_a_group_alone_can_mean_nothing_else(text: str, group: str | None) -> None:
    assert group_alone(text) == group


@given(st.text())
def test_any_text_has_groups_or_none(text: str) -> None:
    assert all(audience(group) == group for group in audiences(text))
