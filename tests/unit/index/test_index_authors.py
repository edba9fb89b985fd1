"""The author field, as it was written by hand since 1996."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.index.entries.authors import split_authors


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
    ],
)
def test_names_are_told_apart(written: str, names: tuple[str, ...]) -> None:
    assert split_authors(written) == names


@given(st.text())
def test_no_name_is_empty_or_has_a_comma(written: str) -> None:
    names = split_authors(written)

    assert all(name and name == name.strip() and "," not in name and ";" not in name for name in names)
    assert len(set(names)) == len(names)
