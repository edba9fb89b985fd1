"""The author field, as it was written by hand since 1996."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.index.entries.authors import split_authors, split_groups


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", ()),
        ("unknown", ()),
        ("Eric Niebler, Michał Dominiak", ("Eric Niebler", "Michał Dominiak")),
        ("Ilya Burylov, Ruslan Arutyunyan; John Salmon;", ("Ilya Burylov", "Ruslan Arutyunyan", "John Salmon")),
        ("Walter Brown & Marc Paterno", ("Walter Brown", "Marc Paterno")),
        ("Martin von Loewis/Martin Sebor", ("Martin von Loewis", "Martin Sebor")),
        ("Walter Brown and Marc Paterno", ("Walter Brown", "Marc Paterno")),
        ("Hans Boehm, and Anthony Williams.", ("Hans Boehm", "Anthony Williams")),
        ("P. Halpern, A. Robison, et al.", ("P. Halpern", "A. Robison")),
        ("D. Gregor et al.", ("D. Gregor",)),
        ("Matt Bentley and others", ("Matt Bentley",)),
        ("Tam S. B.", ("Tam S. B.",)),
        ("Sammy Davis Jr.", ("Sammy Davis Jr.",)),
        ("William M. (Mike) Miller", ("William M. (Mike) Miller",)),
        ("Alexander Brandt, Leland Holland", ("Alexander Brandt", "Leland Holland")),
        ("Ada, Ada", ("Ada",)),
        ("Ada Well AND Bob Fink", ("Ada Well", "Bob Fink")),
        ("Ada Well | Bob Fink", ("Ada Well", "Bob Fink")),
        ("Ada Well • Bob Fink", ("Ada Well", "Bob Fink")),
        ("Ada Well、Bob Fink", ("Ada Well", "Bob Fink")),
        ("Ada Well + Bob Fink", ("Ada Well", "Bob Fink")),
        ("Ada Well with Bob Fink", ("Ada Well", "Bob Fink")),
        ("Ada Well, Bob Fink, etc.", ("Ada Well", "Bob Fink")),
        ("Ada Well et.al.", ("Ada Well",)),
        ("Ada Well, et alii", ("Ada Well",)),
        ("Ada Well (Gadgets, Inc), Bob Fink", ("Ada Well (Gadgets Inc)", "Bob Fink")),
        ("Ada Well <ada@example.org>, Bob Fink (bob@example.org)", ("Ada Well", "Bob Fink")),
        ("Ada Lee (with Bob), Carl Fox", ("Ada Lee (with Bob)", "Carl Fox")),
        ("Ada Lee (Research and Development) and Carl Fox", ("Ada Lee (Research and Development)", "Carl Fox")),
        ("Well, A.; Fink, B. C.", ("A. Well", "B. C. Fink")),
        ("Various", ()),
        ("N/A", ()),
        ("-", ()),
    ],
)
def test_names_are_told_apart(written: str, names: tuple[str, ...]) -> None:
    assert split_authors(written) == names


@pytest.mark.parametrize(
    ("written", "groups"),
    [
        ("SG13 HMI & I/O, EWG", ("SG13 HMI & I/O", "EWG")),
        ("SG22 C/C++ Liaison/EWG", ("SG22 C/C++ Liaison", "EWG")),
        ("SG16 | LEWG", ("SG16", "LEWG")),
        ("N/A", ()),
        ("TBD", ()),
        ("-", ()),
    ],
)
def test_groups_are_told_apart(written: str, groups: tuple[str, ...]) -> None:
    assert split_groups(written) == groups


@given(st.text())
def test_no_name_is_empty_or_has_a_comma(written: str) -> None:
    names = split_authors(written)

    assert all(name and name == name.strip() and "," not in name and ";" not in name for name in names)
    assert len(set(names)) == len(names)
