"""Who is to hear of a paper or a draft."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching import news
from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.matching.folding import words
from actors.watchlist.matching.matcher import Matcher
from messages.drafts import DraftUpdate, Publication
from messages.notices import Happening
from messages.papers import PaperChange, PaperKind
from tests.builders import a_paper
from tests.watching_builders import a_draft, a_known_draft, a_matcher
from tests.watching_builders import batches as told


def test_koppe_finds_thomas_koppe() -> None:
    matcher = a_matcher(anna=("koppe",), ben=("KÖPPE",), cleo=("Thomas Köppe",), dan=("thomas",))
    assert set(matcher.paper(a_paper(authors=("Thomas Köppe",)))) == {"anna", "ben", "cleo", "dan"}


def test_li_does_not_find_williams() -> None:
    assert a_matcher(anna=("li",)).paper(a_paper(authors=("Anthony Williams", "Lisa Lippincott"))) == {}


def test_a_name_does_not_match_across_two_authors() -> None:
    assert a_matcher(anna=("Niebler Thomas",)).paper(a_paper(authors=("Eric Niebler", "Thomas Köppe"))) == {}


def test_a_match_names_all_entries_that_matched_once() -> None:
    matcher = a_matcher(anna=("Niebler", "Köppe", "P2300", "Voutilainen"))
    assert matcher.paper(a_paper(authors=("Eric Niebler", "Thomas Köppe", "Niebler"))) == {
        "anna": ("P2300", "Niebler", "Köppe")
    }


@pytest.mark.parametrize("kind", [PaperKind.P, PaperKind.D])
def test_p_and_d_share_their_numbers(kind: PaperKind) -> None:
    matcher = a_matcher(anna=("D2300R1",), ben=("2300",), cleo=("N2300",))
    assert set(matcher.paper(a_paper(2300, kind=kind))) == {"anna", "ben"}


def test_an_n_paper_has_a_number_of_its_own() -> None:
    matcher = a_matcher(anna=("2300",), cleo=("N2300",))
    assert set(matcher.paper(a_paper(2300, None, PaperKind.N))) == {"cleo"}


def test_an_issue_is_news_for_who_watches_its_number_or_kind_and_not_its_submitter() -> None:
    matcher = a_matcher(anna=("CWG3022",), ben=("CWG",), cleo=("Köppe",), dan=("LWG",), eve=("3022",))
    issue = a_paper(3022, None, PaperKind.CWG, authors=("Thomas Köppe",))
    assert matcher.paper(issue) == {"anna": ("CWG3022",), "ben": ("CWG",)}


def test_a_draft_of_a_known_number_matches_by_the_authors_of_its_predecessor() -> None:
    matcher = a_matcher(anna=("Köppe",), ben=("P2300",), cleo=("Stroustrup",))
    assert matcher.draft(a_known_draft(authors=("Thomas Köppe",))) == {"anna": ("Köppe",), "ben": ("P2300",)}


def test_a_draft_of_an_unknown_number_matches_by_its_number() -> None:
    assert a_matcher(anna=("3999",), ben=("Köppe",)).draft(a_draft(3999, 0)) == {"anna": ("3999",)}


def test_an_entry_counts_from_its_addition_to_its_removal() -> None:
    matcher = a_matcher(ben=("Niebler",))
    matcher.add("anna", EntryKind.AUTHOR, "thomas koppe", "Thomas Köppe")
    assert (matcher.users, matcher.entries) == (2, 2)
    assert set(matcher.paper(a_paper())) == {"anna", "ben"}
    matcher.remove("anna", EntryKind.AUTHOR, "thomas koppe")
    assert (matcher.users, matcher.entries) == (1, 1)
    assert set(matcher.paper(a_paper())) == {"ben"}


def test_each_user_gets_one_batch_in_the_order_of_the_event() -> None:
    papers = [a_paper(number, authors=("Thomas Köppe",)) for number in (2301, 2300, 2302)]
    batches = {
        batch.user: batch for batch in told(news.from_papers(a_matcher(anna=("Köppe",), ben=("2302",)), papers, {}))
    }
    assert [notice.id for notice in batches["anna"].notices] == ["P2301R10", "P2300R10", "P2302R10"]
    assert [(notice.id, notice.matched) for notice in batches["ben"].notices] == [("P2302R10", ("2302",))]


def test_a_paper_is_told_with_its_links() -> None:
    (batch,) = told(news.from_papers(a_matcher(anna=("2300",)), [a_paper(url="https://example.org/p2300r10.html")], {}))
    (notice,) = batch.notices
    assert notice.happening is Happening.PAPER_ADDED
    assert [(link.label, link.url) for link in notice.links] == [
        ("paper", "https://example.org/p2300r10.html"),
        ("wg21.link", "https://wg21.link/P2300R10"),
    ]


def test_a_paper_without_a_long_link_is_told_with_the_short_one() -> None:
    (batch,) = told(news.from_papers(a_matcher(anna=("2300",)), [a_paper(url="")], {}))
    assert [link.label for link in batch.notices[0].links] == ["wg21.link"]


def test_a_draft_is_told_with_its_files_under_the_title_of_its_predecessor() -> None:
    (batch,) = told(news.from_drafts(a_matcher(anna=("2300",)), [a_known_draft(title="`std::execution`")], {}))
    (notice,) = batch.notices
    assert (notice.id, notice.title, notice.happening) == ("D2300R11", "`std::execution`", Happening.DRAFT_FOUND)
    assert [(link.label, link.url) for link in notice.links] == [
        ("pdf", "https://isocpp.org/files/papers/D2300R11.pdf")
    ]


def test_an_update_is_told_with_what_changed_and_a_withdrawal_without_links() -> None:
    matcher = a_matcher(anna=("niebler",), ben=("P7",))
    update = DraftUpdate(draft=a_known_draft(), changes=(), summary="pdf: other content")
    (heard,) = told(news.from_updates(matcher, [update], {}))
    assert (heard.user, heard.notices[0].happening, heard.notices[0].detail) == (
        "anna", Happening.DRAFT_UPDATED, "pdf: other content",
    )  # fmt: skip
    (gone,) = told(news.from_withdrawals(matcher, [a_known_draft()], {}))
    assert (gone.notices[0].happening, gone.notices[0].links) == (Happening.DRAFT_WITHDRAWN, ())


def test_a_published_draft_is_told_to_who_does_not_hear_of_the_paper() -> None:
    matcher = a_matcher(anna=("niebler",), ben=("dominiak",), cleo=("P2300",))
    draft = a_draft(predecessor=a_paper(2300, 10, authors=("Eric Niebler", "Michał Dominiak")))
    paper = a_paper(2300, 11, authors=("Michał Dominiak",))
    heard = told(news.from_publications(matcher, [Publication(draft=draft, paper=paper)] * 2, {}))
    assert [(batch.user, [notice.id for notice in batch.notices]) for batch in heard] == [("anna", ["P2300R11"])]


def test_a_change_is_told_to_who_did_not_know_the_paper_before() -> None:
    before = a_paper(authors=("Eric Niebler",))
    change = PaperChange(before=before, after=replace(before, authors=("Eric Niebler", "Thomas Köppe")))
    batches = told(
        news.from_changes(a_matcher(anna=("Köppe",), ben=("Niebler",), cleo=("Köppe", "2300")), [change], {})
    )
    assert [batch.user for batch in batches] == ["anna"]
    assert batches[0].notices[0].happening is Happening.PAPER_CHANGED


NAMES = st.lists(st.sampled_from(["thomas", "köppe", "li", "o'dwyer", "jean-paul", "Łukasz"]), min_size=1, max_size=4)


@given(entries=st.lists(NAMES, max_size=6), authors=st.lists(NAMES, max_size=3))
def test_looking_up_finds_what_a_loop_over_all_entries_finds(
    entries: list[list[str]], authors: list[list[str]]
) -> None:
    matcher = Matcher()
    for place, name in enumerate(entries):
        matcher.add(f"user{place}", EntryKind.AUTHOR, " ".join(words(" ".join(name))), " ".join(name))
    padded = [f" {' '.join(words(' '.join(author)))} " for author in authors]
    expected = {
        f"user{place}"
        for place, name in enumerate(entries)
        if any(f" {' '.join(words(' '.join(name)))} " in author for author in padded)
    }
    found = matcher.paper(a_paper(1, authors=tuple(" ".join(author) for author in authors)))
    assert set(found) == expected


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["li", "thomas koppe", "koppe"]), st.booleans())))
def test_counts_agree_with_the_entries(steps: list[tuple[str, str, bool]]) -> None:
    matcher, known = Matcher(), set()
    for user, key, addition in steps:
        if addition:
            matcher.add(user, EntryKind.AUTHOR, key, key)
            known.add((user, key))
        elif (user, key) in known:
            matcher.remove(user, EntryKind.AUTHOR, key)
            known.remove((user, key))
    assert matcher.entries == len(known)
    assert matcher.users == len({user for user, _ in known})
    assert {
        (user, key) for key in ("li", "thomas koppe", "koppe") for user in matcher.watchers(EntryKind.AUTHOR, key)
    } == known


def test_titles_and_audiences_match_papers_and_drafts_and_no_issues() -> None:
    matcher = a_matcher(anna=("title:static reflection",), ben=("audience:LEWG",))
    paper = a_paper(2300, title="More Static-Reflection for `C++`")
    assert matcher.paper(paper, ("SG1", "LEWG")) == {"anna": ("title:static reflection",), "ben": ("audience:LEWG",)}
    assert matcher.paper(a_paper(2300, title="static")) == {}
    assert matcher.draft(a_known_draft(title="Static reflection"), ("LEWG",)).keys() == {"anna", "ben"}
    assert matcher.draft(a_draft(), ("LEWG",)).keys() == {"ben"}
    assert matcher.paper(a_paper(9, None, PaperKind.LWG, title="Static reflection"), ("LEWG",)) == {}
    matcher.remove("anna", EntryKind.TITLE, "static reflection")
    assert matcher.paper(paper) == {}
