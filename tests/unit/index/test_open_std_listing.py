"""Yearly pages of open-std.org: six eras, and the dirt in them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.index.entries.preview import ended
from actors.index.fetch.open_std import read_year
from actors.index.open_std.listing import read_listing
from actors.index.open_std.root import RootEntry, read_root
from actors.index.open_std.values import date_in, decoded, mailing_of_anchor, paper_id
from messages.papers import Paper
from tests.unit.index.listings import HEADINGS, ROOT, a_page, a_row, listing_of, page_of_era

JANUARY = "mailing2031-01"


def paper_in(row: str) -> Paper:
    (listed,) = listing_of(a_page({JANUARY: [row]}).encode()).papers.values()
    return listed.paper


@pytest.mark.parametrize(
    ("era", "ids", "mailings"),
    [
        (
            "a",
            "SD1 N9034 P9000R7 P9311R1 P9311R2 P9439R1 P9552R0 P9560R0 N9036 P9008R5 P9149R10 P9414R7 P9583R0",
            [("2031-01", "2031-01", 7), ("2031-02", "2031-02 pre-Nowhere", 5)],
        ),
        (
            "b",
            "SD1 P8447R18 P8018R14 N8874 P8404R2 P8300R4",
            [("2030-01", "2030-01", 3), ("2030-02", "2030-02 post-Elsewhere", 1)],
        ),
        ("c", "N7568 N7577 P7005R3 P7019R1 P7096R1 N7574", [("2014-02", "2014-02 pre-Somewhere", 5)]),
        ("d", "SD2 N6318 N6327 N6324", [("2011-01", "2011-01", 3)]),
        ("e", "N5142 N5151 N5165 N5169", [("2006-01", "2006-01", 3), ("2006-03", "2006-03", 1)]),
        (
            "f",
            "SD1 N1868 N1869 N1854 N1851",
            [("Post-Anywhere", "Post-Anywhere", 2), ("Pre-Anywhere", "Pre-Anywhere", 1)],
        ),
    ],
)
def test_every_era_is_read_whole(era: str, ids: str, mailings: list[tuple[str, str, int]]) -> None:
    listing = listing_of(page_of_era(era))

    assert list(listing.papers) == ids.split()
    assert [(each.name, each.title, len(each.ids)) for each in listing.mailings] == mailings
    assert (listing.bad, listing.is_whole) == (0, True)


def test_a_row_since_2023_says_everything() -> None:
    paper = listing_of(page_of_era("a")).papers["P9149R10"].paper

    assert paper.title == "gadget_scope -- Creating scopes for non-sequential gadgets"
    assert paper.authors == ("Ina Peters", "Jess Won", "Diet Kühn", "Ján Ondrš", "Lee How")
    assert (paper.number, paper.revision, paper.date) == (9149, 10, date(2031, 2, 19))
    assert paper.url == f"{ROOT}2031/p9149r10.html"
    assert (paper.audience, paper.mailing, paper.previous) == (("LWG Library",), "2031-02", "P9149R9")
    assert paper.disposition == "Adopted 2031-06"


def test_long_names_of_groups_are_divided_at_commas_without_blanks() -> None:
    papers = listing_of(page_of_era("a")).papers

    assert papers["P9414R7"].paper.audience == (
        "SG1 Concurrency and Parallelism", "LEWG Library Evolution", "LWG Library",
    )  # fmt: skip
    assert papers["P9583R0"].paper.audience[0] == "EWGI SG17: EWG Incubator"
    assert paper_in(a_row(subgroup="SG22 C/C++ Liaison,EWG Evolution")).audience == (
        "SG22 C/C++ Liaison", "EWG Evolution",
    )  # fmt: skip


def test_an_id_with_two_dates_is_one_paper_of_the_later_date_in_any_order() -> None:
    early, late = a_row(document="2031-01-29", disposition="Adopted 2031-02"), a_row(document="2031-02-18")

    for rows in ([early, late], [late, early]):
        (listed,) = listing_of(a_page({JANUARY: rows}).encode()).papers.values()
        assert (listed.paper.date, listed.paper.disposition) == (date(2031, 2, 18), "Adopted 2031-02")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ina Peters, Jess Won; Diet K&#252;hn; Lee How; ", ("Ina Peters", "Jess Won", "Diet Kühn", "Lee How")),
        ("Ando Kast, D&#225;ve Stein,Chris Trott", ("Ando Kast", "Dáve Stein", "Chris Trott")),
        ("Paula E. Kenn, Mag Mich,  Tom Scog, and JF Basti", ("Paula E. Kenn", "Mag Mich", "Tom Scog", "JF Basti")),
        ("D.&nbsp;Greg, J.&nbsp;J&auml;rvel,", ("D. Greg", "J. Järvel")),
        ("N.&nbsp;Gustaf, A.&nbsp;Laks, et al.", ("N. Gustaf", "A. Laks")),
        ("Mika Wong, SG5", ("Mika Wong", "SG5")),
        ("Tomasz Kamin&#x301;ski", ("Tomasz Kamiński",)),
        (" , ; ", ()),
    ],
)
def test_authors_are_divided_however_they_are_written(written: str, names: tuple[str, ...]) -> None:
    assert paper_in(a_row(author=written)).authors == names


def test_a_row_without_a_link_is_known_and_in_no_mailing() -> None:
    listing = listing_of(a_page({JANUARY: [a_row(wg21="P9001R0"), a_row("P9002R0")]}).encode())

    assert {id: listed.is_linked for id, listed in listing.papers.items()} == {"P9001R0": False, "P9002R0": True}
    assert listing.papers["P9001R0"].paper.url == ""
    assert listing.mailings[0].ids == ("P9002R0",)


def test_an_anchor_without_papers_is_no_mailing() -> None:
    listing = listing_of(a_page({JANUARY: [a_row()], "mailing2031-02": []}).encode())

    assert [each.name for each in listing.mailings] == ["2031-01"]


def test_columns_go_by_their_headings_in_any_order() -> None:
    headings = tuple(reversed(HEADINGS))
    row = a_row(headings=headings, subgroup="SG16", previous="P8000R1", disposition="Forwarded")

    (listed,) = listing_of(a_page({JANUARY: [row]}, headings=headings).encode()).papers.values()

    assert listed.paper.title == "About P9000R0"
    assert (listed.paper.audience, listed.paper.previous) == (("SG16",), "P8000R1")
    assert (listed.paper.mailing, listed.paper.disposition) == ("2031-01", "Forwarded")


def test_headings_in_ordinary_cells_and_in_other_words_are_headings() -> None:
    headings = ("  wg21\n NUMBER ", "Authors", "Title", "Audience")
    head = "".join(f"<td>{each}</td>" for each in headings)
    row = '<tr><td><a href="p9000r0.html">P9000R0</a></td><td>Ada Well</td><td>Words</td><td>SG16</td></tr>'

    (listed,) = listing_of(f"<body><table><tr>{head}</tr>{row}</table></body>".encode()).papers.values()

    assert (listed.paper.title, listed.paper.authors, listed.paper.audience) == ("Words", ("Ada Well",), ("SG16",))


def test_the_mailing_is_that_of_the_cell_or_else_of_the_last_anchor() -> None:
    rows = {
        JANUARY: [a_row("P9001R0", mailing=""), a_row("P9002R0", mailing="2031-03")],
        "mailing2031-02": [a_row("P9003R0", mailing="")],
    }
    papers = listing_of(a_page(rows).encode()).papers

    assert [listed.paper.mailing for listed in papers.values()] == ["2031-01", "2031-03", "2031-02"]


def test_links_within_links_do_not_hide_the_mailing() -> None:
    assert {listed.paper.mailing for listed in listing_of(page_of_era("e")).papers.values()} == {"2006-01", "2006-03"}


def test_a_previous_version_may_have_another_number_and_more_behind_it() -> None:
    assert listing_of(page_of_era("a")).papers["P9552R0"].paper.previous == "P9234R1"
    assert listing_of(page_of_era("d")).papers["N6318"].paper.previous == "N6312"
    assert listing_of(page_of_era("e")).papers["N5142"].paper.previous == "N5122"


def test_a_link_into_a_closed_folder_is_a_link() -> None:
    listed = listing_of(page_of_era("c"), f"{ROOT}2014/").papers["N7577"]

    assert listed.is_linked
    assert listed.paper.url == "https://www.open-std.org/jtc1/sc22/wg21/prot/14882fdis/n7577.pdf"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "mailto:a@b.c", "ftp://x/y", "http://[", "https://a b|c/"])
def test_what_is_no_web_address_is_no_address(href: str) -> None:
    paper = paper_in(a_row(wg21=f'<a href="{href}">P9000R0</a>'))

    assert paper.url == "" or paper.url.startswith("https://")
    assert not any(letter in paper.url for letter in ' <>|"')


def test_titles_over_lines_become_one_line() -> None:
    paper = listing_of(page_of_era("c")).papers["N7577"].paper

    assert paper.title == "Technical Specification for C++ Extensions for Gadgets"


def test_a_document_date_may_be_after_its_mailing() -> None:
    paper = listing_of(page_of_era("c")).papers["P7005R3"].paper

    assert (paper.date, paper.mailing) == (date(2014, 11, 10), "2014-02")


def test_preformatted_columns_go_on_below() -> None:
    papers = listing_of(page_of_era("f")).papers

    assert papers["N1868"].paper.title == "Member Access Control and Nested Gadgets"
    assert papers["N1868"].paper.authors == ("Alan Griff", "Mark Radf")
    assert papers["N1869"].paper.title == "C++ Standard Gadget Active Issues List (Revision 16)"
    assert (papers["N1854"].is_linked, papers["N1854"].paper.authors) == (False, ("Mart O'Rio",))
    assert papers["N1851"].paper.mailing == "Pre-Anywhere"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Kühn".encode(), "Kühn"),
        ("Kühn".encode("cp1252"), "Kühn"),
        ("“Kühn”".encode("cp1252"), "“Kühn”"),
        ("Kühn".encode()[:2], "K"),
        (b"\xef\xbb\xbfx", "x"),
        (b"a\x81\x00b", "a� b"),
    ],
)
def test_a_page_is_utf_8_or_else_windows_1252(body: bytes, text: str) -> None:
    assert decoded(body) == text


def test_latin_1_in_a_row_is_read() -> None:
    body = a_page({JANUARY: [a_row(author="J. Järvel")]}).encode("cp1252")

    (listed,) = listing_of(body).papers.values()

    assert listed.paper.authors == ("J. Järvel",)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("P2300R10", "P2300R10"), (" p42r1 ", "P0042R1"), ("N04950", "N4950"), ("SD-1", "SD1"), ("D0900", "D0900"),
        ("N5122=05-0192", "N5122"), ("P1234R5 (revised)", "P1234R5"), ("P1234 R5", "P1234R5"),
    ],
)  # fmt: skip
def test_ids_are_written_as_the_index_writes_them(text: str, id: str) -> None:
    found = paper_id(text)
    assert found is not None
    assert found[0] == id


@pytest.mark.parametrize("text", ["", "2031-01", "X1", "Paper 1", "P", "P1234RX", "N12345678901"])
def test_what_is_no_id_is_none(text: str) -> None:
    assert paper_id(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2031-01-05", date(2031, 1, 5)), ("20300119", date(2030, 1, 19)), ("2014-1-19", date(2014, 1, 19)),
        ("06-01-14", date(2006, 1, 14)), ("99-12-31", date(1999, 12, 31)), ("2011-02-30", None), ("soon", None),
        ("", None),
    ],
)  # fmt: skip
def test_dates_come_in_several_forms(text: str, day: date | None) -> None:
    assert date_in(text) == day


@pytest.mark.parametrize(
    ("name", "mailing"),
    [("mailing2031-02", "2031-02"), ("mailing2031-02 pre-Nowhere", "2031-02"), ("Post-Toronto", "Post-Toronto"),
     ("Post-Toronto\0", "Post-Toronto"), ("top", ""), ("", "")],
)  # fmt: skip
def test_anchors_name_mailings(name: str, mailing: str) -> None:
    assert mailing_of_anchor(name) == mailing


def test_a_row_without_a_readable_id_is_counted() -> None:
    listing = listing_of(a_page({JANUARY: [a_row(wg21="(withdrawn)"), a_row()]}).encode())

    assert (list(listing.papers), listing.bad) == (["P9000R0"], 1)


@pytest.mark.parametrize("era", ["a", "b", "c", "d", "e", "f"])
def test_a_page_that_is_cut_anywhere_says_so_and_invents_nothing(era: str) -> None:
    body = page_of_era(era)
    whole = listing_of(body).papers
    ends = (b"</body", b"</pre") if era == "f" else (b"</body",)
    end = max(body.rfind(each) for each in ends)

    for length in range(0, end, 7):
        cut = listing_of(body[:length])
        assert cut.papers.keys() <= whole.keys(), length
        assert not cut.is_whole or not cut.papers or era == "f", length


@given(st.binary(max_size=300), st.integers(0, 6000), st.sampled_from("abcdef"))
def test_no_page_makes_the_reader_fail(dirt: bytes, place: int, era: str) -> None:
    body = page_of_era(era)
    listing_of(body[:place] + dirt + body[place:])


@given(st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 20)), unique=True, max_size=30))
def test_every_row_is_a_paper_of_its_mailing(papers: list[tuple[int, int]]) -> None:
    ids = [f"P{number:04d}R{revision}" for number, revision in papers]

    listing = listing_of(a_page({JANUARY: [a_row(id) for id in ids]}).encode())

    assert list(listing.papers) == ids
    assert [mailing.ids for mailing in listing.mailings] == ([tuple(ids)] if ids else [])


def test_a_large_page_is_read_in_many_steps() -> None:
    page = a_page({JANUARY: [a_row(f"P{number:04d}R0") for number in range(1, 1001)]})
    reading = read_listing(page.encode(), ROOT)

    assert sum(1 for _ in reading) > 20


def test_the_root_lists_mailings_and_years() -> None:
    page = (
        '<a href="2025/#mailing2025-02">2025-02 pre-Hagenberg mailing</a> <a href="2024/">2024</a>'
        f'<a href="{ROOT}2023/#mailing2023-01">x</a> <a href="../">up</a> <a href="http://[">?</a> <a href="1992/">'
    )

    assert list(read_root(page.encode(), ROOT)) == [
        RootEntry(year="2025", mailing="2025-02", title="2025-02 pre-Hagenberg mailing"),
        RootEntry(year="2024", mailing="", title="2024"),
        RootEntry(year="2023", mailing="2023-01", title="x"),
        RootEntry(year="1992", mailing="", title=""),
    ]


@pytest.mark.parametrize(
    "href",
    [
        "2025/#mailing2025-02", "2025#mailing2025-02", "2025/default.htm#Mailing2025-2",
        "http://www.open-std.org/jtc1/sc22/wg21/docs/papers/2025/#mailing2025-02",
        "//open-std.org/JTC1/SC22/WG21/docs/papers/2025/#mailing2025-02",
    ],
)  # fmt: skip
def test_links_of_the_root_are_written_in_several_ways(href: str) -> None:
    (entry,) = read_root(f'<a href="{href}">x</a> <a href="https://example.org/2025/">y</a>'.encode(), ROOT)
    assert (entry.year, entry.mailing) == ("2025", "2025-02")


def test_standing_documents_are_in_every_year_and_in_no_reading() -> None:
    reading = ended(read_year(page_of_era("a"), ROOT, {}))

    assert [each.paper.id for each in reading.candidates][:2] == ["N9034", "P9000R7"]
    assert reading.valid == 12
    known = {each.paper.id: each.fingerprint for each in reading.candidates}
    again = ended(read_year(page_of_era("a"), ROOT, known))
    assert (again.candidates, again.digest) == ((), reading.digest)
