"""Several entries in one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.commands.parse.splitting import split
from messages.papers import PaperKind


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("Niebler", ("Niebler",)),
        ("Thomas Köppe", ("Thomas Köppe",)),
        ("Niebler, Köppe;Dominiak\nShoop,,", ("Niebler", "Köppe", "Dominiak", "Shoop")),
        ("P2300 P2301 LWG4000", ("P2300", "P2301", "LWG4000")),
        ("P2300 Thomas Köppe LWG 4000", ("P2300", "Thomas Köppe", "LWG 4000")),
        ("1,234, 5,678", ("1234", "5678")),
        ("P2300, 2,301, 5", ("P2300", "2301", "5")),
        ('subtitle "foo"', ("subtitle", "foo")),
        ("CWG LWG P2300", ("CWG", "LWG", "P2300")),
        ("2300 r10", ("2300 r10",)),
        ('"Thomas Köppe" "Eric Niebler" P2300', ("Thomas Köppe", "Eric Niebler", "P2300")),
        ("title:static reflection audience:LEWG", ("title:static reflection", "audience:LEWG")),
        ("title: static reflection, contracts", ("title: static reflection", "title:contracts")),
        ("title:contracts, P2300, Niebler", ("title:contracts", "P2300", "Niebler")),
        ("title:contracts\nNiebler", ("title:contracts", "Niebler")),
        ('title:contracts, "static reflection"', ("title:contracts", "title:static reflection")),
        ("author:Newcomer and Köppe", ("author:Newcomer", "author:Köppe")),
        ("audience:SG1 SG7", ("audience:SG1", "audience:SG7")),
        ("audience:LEWG/SG1", ("audience:LEWG", "audience:SG1")),
        ("SG 16, SG-7 study group 1", ("SG 16", "SG-7", "study group 1")),
        ("C++ 26 P2300", ("C++ 26", "P2300")),
        ("June 2024", ("June 2024",)),
        ("P2300-P2310, P1", ("P2300-P2310", "P1")),
        ("P2300 - P2310", ("P2300 - P2310",)),
        ("P2300/P2301", ("P2300", "P2301")),
        ("P2300R10: std::execution", ("P2300R10",)),
        ("(P2300) [P2301], p1.pdf", ("(P2300)", "[P2301]", "p1.pdf")),
        ("papers by Bjarne and by Niebler", ("Bjarne", "Niebler")),
        ("papers about reflection, drafts for SG16", ("title:reflection", "audience:SG16")),
        ("anything on P2300", ("P2300",)),
        ("Niebler's papers, all LWG issues", ("Niebler", "LWG")),
        ("audience lewg, title reflection", ("audience:lewg", "title:reflection")),
        ("_Niebler_ Köppe!", ("Niebler Köppe",)),
        ("std::move_only_function_", ("std::move_only_function_",)),
        ('title:"C++ 26" P2300', ("title:C++ 26", "P2300")),
        ("audience:LEWG, EWG, Niebler", ("audience:LEWG", "audience:EWG", "Niebler")),
        ('Shoop "', ("Shoop",)),
        ("Niebler and P2300", ("Niebler", "P2300")),
        ("P2300 und LWG & Thomas Köppe AND D1", ("P2300", "LWG", "Thomas Köppe", "D1")),
        ("Niebler, Köppe, and Eric Niebler", ("Niebler", "Köppe", "Eric Niebler")),
        (
            "Niebler and title:static and dynamic and audience:LEWG and EWG",
            (
                "Niebler",
                "title:static and dynamic",
                "audience:LEWG",
                "audience:EWG",
            ),
        ),
        ('"Thomas Köppe" and "You and Me" & P1', ("Thomas Köppe", "You and Me", "P1")),
        ("Anders R&D", ("Anders R&D",)),
        ("and", ()),
        ("Niebler, Niebler", ("Niebler",)),
        (" , ; ", ()),
    ],
)
def test_entries_are_told_apart(text: str, entries: tuple[str, ...]) -> None:
    assert split(text) == entries


MEANINGFUL = {
    "and",
    "und",
    "or",
    "plus",
    "all",
    "any",
    "by",
    "from",
    "of",
    "about",
    "on",
    "for",
    "to",
    "in",
    "at",
    "arg",
    "dg",
    "paper",
    "papers",
    "issue",
    "no",
    "group",
    "title",
    "author",
    "audience",
    *(kind.value.lower() for kind in PaperKind),
}
WORDS = st.from_regex(r"[a-z]{2,8}", fullmatch=True).map(lambda word: f"x{word}x" if word in MEANINGFUL else word)


@given(st.lists(st.one_of(WORDS, st.builds("{} {}".format, WORDS, WORDS)), unique=True, max_size=20))
def test_names_between_commas_are_found_again(names: list[str]) -> None:
    assert split(", ".join(names)) == tuple(names)


@given(st.text())
def test_any_text_can_be_split(text: str) -> None:
    assert all(entry == entry.strip() and entry for entry in split(text))
