"""The last year's papers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching.entries import ParsedEntry, parse
from actors.watchlist.matching.matcher import Matcher
from actors.watchlist.model.recent_papers import (
    MAX_AUTHORS_LEARNED,
    MAX_PAPERS,
    MAX_TITLE_WORDS_LEARNED,
    RecentPapers,
)
from messages.papers import PaperKind
from tests.builders import NOON, a_paper
from tests.commanding_builders import some_papers

DAY = date(2025, 6, 1)


def name(number: int) -> str:
    """Four letters, another word for each number."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in (3, 2, 1, 0))


def parsed(text: str) -> ParsedEntry:
    found = parse(text)
    assert isinstance(found, ParsedEntry)
    return found


def test_it_holds_a_year_back_from_the_newest_paper() -> None:
    kept = a_paper(2, 0, date=DAY - timedelta(days=300))
    papers = some_papers(a_paper(1, 0, date=DAY), kept, a_paper(3, 0, date=DAY - timedelta(days=400)))
    assert papers.preview(parsed("Köppe"), {}).examples == ("P0001R0", "P0002R0")
    papers.put(papers.from_last_year([a_paper(4, 0, date=DAY + timedelta(days=100))], NOON.date()))
    assert papers.preview(parsed("Köppe"), {}).examples == ("P0004R0", "P0001R0")


def test_a_date_of_the_future_or_none_counts_as_new() -> None:
    papers = some_papers(a_paper(1, 0, date=DAY), a_paper(2, 0, date=None), a_paper(3, 0, date=date(2099, 1, 1)))
    assert papers.preview(parsed("Köppe"), {}).papers == 3
    assert papers.from_last_year([a_paper(5, 0, date=date(2099, 1, 1))], NOON.date())[0].day == NOON.date()


def test_a_changed_paper_is_there_once() -> None:
    papers = some_papers(a_paper(1, 0, title="Old"), a_paper(1, 0, title="New"))
    assert (
        papers.preview(parsed("title:old"), {}).papers,
        papers.preview(parsed("title:new"), {}).papers,
    ) == (0, 1)
    assert [paper.title for paper in papers.of_number("P1")] == ["New"]


def test_it_never_holds_more_than_it_may() -> None:
    papers = some_papers(*(a_paper(n, 0) for n in range(1, MAX_PAPERS + 3)))
    assert papers.preview(parsed("Köppe"), {}).papers <= MAX_PAPERS


def test_suggestions_come_only_from_papers_that_are_kept_however_many_came_and_changed() -> None:
    papers = RecentPapers()
    for n in range(1, 3 * MAX_PAPERS, 50):
        some = [a_paper(m, 0, authors=(f"Author {name(m)}",), title=f"Title {name(m)}") for m in range(n, n + 50)]
        papers.put(papers.from_last_year(some, NOON.date()))
    assert papers.vocabulary_size <= 3 * MAX_PAPERS
    for m in range(100):
        changed = a_paper(7, 1, authors=(f"Other {name(m)}",), title=f"Changed {name(m)}")
        papers.put(papers.from_last_year([changed], NOON.date()))
    assert papers.vocabulary_size <= 3 * MAX_PAPERS
    assert papers.near_miss(parsed("Other aaab")) == "Other aadv"


def test_of_a_paper_with_very_many_authors_only_the_first_are_suggested() -> None:
    many = a_paper(
        1, 0, authors=tuple(f"Author {name(n)}" for n in range(5000)), title=" ".join(map(name, range(5000)))
    )
    assert some_papers(many).vocabulary_size <= 3 * MAX_AUTHORS_LEARNED + MAX_TITLE_WORDS_LEARNED


def test_audiences_are_those_that_are_known() -> None:
    papers = some_papers(a_paper(1, 0), a_paper(2, 0))
    assert papers.preview(parsed("audience:LEWG"), {"P1": ("SG1", "LEWG")}).examples == ("P0001R0",)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("Kope", "Köppe"), ("neibler", "Niebler"), ("Eric Nieblr", "Eric Niebler"), ("Stroustrup", None), ("P2300", None)],
)
def test_a_near_miss_is_a_name_that_is_known(text: str, meant: str | None) -> None:
    assert some_papers(a_paper()).near_miss(parsed(text)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ODwyer", "O'Dwyer"),
        ("Arthur ODwyer", "Arthur O'Dwyer"),
        ("DAngelo", "D'Angelo"),
        ("OSeaghdha", "Ó Séaghdha"),
        ("Mueller", "Müller"),
        ("Jonathan Mueller", "Jonathan Müller"),
        ("Joerg Schoenhaeusser", "Jörg Schönhäußer"),
        ("Oeztuerk", "Öztürk"),
        ("Haakon", "Håkon"),
        ("Haakon DAngelo", "Håkon D'Angelo"),
        ("Boyoung Kim", "Bo-Young Kim"),
        ("Odwyre", None),
    ],
)
def test_a_name_that_lost_its_apostrophe_hyphen_or_umlaut_is_known(text: str, meant: str | None) -> None:
    authors = ("Arthur O'Dwyer", "Håkon D'Angelo", "Pól Ó Séaghdha", "Jonathan Müller", "Jörg Schönhäußer",
               "Günther Öztürk", "Bo-Young Kim")  # fmt: skip
    assert some_papers(a_paper(1, 0, authors=authors)).near_miss(parsed(text)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("title:static reflektion", "title:static reflection"),
        ("title:statc Reflektion for", "title:static reflection for"),
        ("title:reflektion", "title:reflection"),
        ("title:reflektion static", None),
        ("title:static reflection", None),
        ("title:quite another", None),
    ],
)
def test_a_near_miss_of_a_title_is_words_that_stand_together_in_one(text: str, meant: str | None) -> None:
    papers = some_papers(a_paper(1, 0, title="Static Reflection for C++"), a_paper(2, 0, title="Of static things"))
    assert papers.near_miss(parsed(text)) == meant


@given(
    st.lists(
        st.builds(
            a_paper,
            st.integers(1, 5),
            st.just(0),
            st.sampled_from([PaperKind.P, PaperKind.N, PaperKind.LWG]),
            authors=st.lists(st.sampled_from(["Ada B", "B Ada C", "C"]), max_size=3).map(tuple),
            title=st.sampled_from(["a b", "b a b", "c"]),
        ),
        max_size=6,
    ),
    st.sampled_from(["Ada", "Ada B", "B", "title:a b", "title:b", "P3", "LWG", "LWG2", "N4", "audience:SG1"]),
)
def test_a_preview_counts_what_the_matcher_would_match(papers, text) -> None:  # type: ignore[no-untyped-def]
    matcher, audiences = Matcher(), {"P1": ("SG1",), "N2": ("SG1",)}
    matcher.add("U1", parsed(text).kind, parsed(text).key, text)
    newest = {paper.id: paper for paper in papers}
    recent = RecentPapers()
    recent.put(recent.from_last_year(papers, NOON.date()))
    expected = [
        paper
        for paper in newest.values()
        if matcher.paper(paper, audiences.get(f"{paper.kind.value}{paper.number}", ()))
    ]
    preview = recent.preview(parsed(text), audiences)
    assert preview.papers + preview.issues == len(expected)
