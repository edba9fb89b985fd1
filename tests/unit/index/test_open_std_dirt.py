"""Dirt of yearly pages beyond what the six eras are known to have: other forms of the same."""

import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from actors.index.open_std.listing import read_listing
from messages.papers import Paper
from tests.unit.index.listings import HEADINGS, ROOT, a_page, a_row, listing_of, page_of_era

JANUARY = "mailing2031-01"
HEADS = "<tr>" + "".join(f"<th>{each}</th>" for each in HEADINGS) + "</tr>"


def papers_in(*rows: str, heads: str = HEADS) -> list[Paper]:
    page = f'<html><body><a name="{JANUARY}"></a><table>{heads}{"".join(rows)}</table></body></html>'
    return [listed.paper for listed in listing_of(page.encode()).papers.values()]


def paper_in(*cells: str) -> Paper:
    """Of a row of these cells after the id's."""
    row = '<tr><td><a href="p9000r0.html">P9000R0</a></td>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    (paper,) = papers_in(row)
    return paper


def test_tags_without_ends_quotes_or_small_letters() -> None:
    page = (
        "<HTML><BODY><H1><A NAME=mailing2031-01>mailing2031-01</A></H1><TABLE BORDER=1>"
        "<TR><TH>WG21 NUMBER<TH>TITLE<TH>AUTHOR<TH>DOCUMENT DATE<TH>MAILING DATE<TH>PREVIOUS VERSION<TH>SUBGROUP"
        "<TR><TD><A HREF=../2031/p9000r0.html>P9000R0</A><TD>Words<TD>Ada<TD>2031-01-03<TD>2031-01<TD>P8000R1<TD>SG16"
        "</TABLE></BODY></HTML>"
    )
    listing = listing_of(page.encode(), f"{ROOT}2031/")

    paper = listing.papers["P9000R0"].paper
    assert (paper.title, paper.authors, paper.date) == ("Words", ("Ada",), date(2031, 1, 3))
    assert (paper.previous, paper.audience, paper.url) == ("P8000R1", ("SG16",), f"{ROOT}2031/p9000r0.html")
    assert (listing.mailings[0].ids, listing.is_whole) == (("P9000R0",), True)


@pytest.mark.parametrize(
    "headings",
    [
        ("Paper", "Paper Title", "Authors", "Date", "Mailing", "Prev. Version", "Target", "Status"),
        ("Doc. No.", "Title", "Author(s)", "Document&nbsp;Date", "Mailing&nbsp;Date", "Previous", "Working Group",
         "Disposition"),
        ("Document", "Title", "Submitter", "Document<br>Date", "Mailing<br>Date", "Prior Version", "Sub-group",
         "Disposition"),
        ("Number", "TITLE", "AUTHOR", "DATE", "MAILING", "PREVIOUS", "AUDIENCE", "DISPOSITION"),
    ],
)  # fmt: skip
def test_columns_have_other_headings(headings: tuple[str, ...]) -> None:
    heads = "<tr>" + "".join(f"<th>{each}</th>" for each in headings) + "</tr>"
    cells = ("T", "Ada", "2031-01-03", "2031-02", "P8000R1", "SG16", "Adopted 2031-03")
    row = '<tr><td><a href="x.html">P9000R0</a></td>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    (paper,) = papers_in(row, heads=heads)

    assert (paper.title, paper.authors, paper.date, paper.mailing) == ("T", ("Ada",), date(2031, 1, 3), "2031-02")
    assert (paper.previous, paper.audience, paper.disposition) == ("P8000R1", ("SG16",), "Adopted 2031-03")


def test_a_cell_over_several_rows_is_in_each_of_them() -> None:
    first, second, third = papers_in(
        '<tr><td><a href="a">P9001R0</a><td>A<td>X<td>2031-01-01<td rowspan="2">2031-02<td><td rowspan=2>SG1</tr>',
        '<tr><td><a href="b">P9002R0</a><td>B<td>Y<td>2031-01-02<td>P8000R0</tr>',
        '<tr><td><a href="c">P9003R0</a><td>C<td>Z<td>2031-01-03<td>2031-03<td><td>SG3</tr>',
    )

    assert [each.mailing for each in (first, second, third)] == ["2031-02", "2031-02", "2031-03"]
    assert [each.audience for each in (first, second, third)] == [("SG1",), ("SG1",), ("SG3",)]
    assert (second.previous, second.authors) == ("P8000R0", ("Y",))


@pytest.mark.parametrize("span", ["2", "0", "99999", "65534"])
def test_a_paper_over_several_rows_is_one_and_its_first_row_counts(span: str) -> None:
    (paper,) = papers_in(f'<tr><td rowspan="{span}"><a href="a">P9001R0</a><td>A</tr>', "<tr><td>more</tr>")

    assert paper.title == "A"


@pytest.mark.parametrize("span", ["-1", "x", "", "1e3", "٣"])
def test_a_span_that_is_no_number_is_one(span: str) -> None:
    row = f'<tr><td colspan="{span}" rowspan="{span}"><a href="a">P9001R0</a><td>A</tr>'
    assert [paper.title for paper in papers_in(row, '<tr><td><a href="b">P9002R0</a><td>B</tr>')][-1] == "B"


def test_a_wide_cell_takes_the_place_of_the_next() -> None:
    (paper,) = papers_in('<tr><td><a href="a">P9001R0</a><td colspan=2>A<td>2031-01-01</tr>')

    assert (paper.title, paper.authors, paper.date) == ("A", (), date(2031, 1, 1))


def test_cells_may_be_missing() -> None:
    papers = papers_in(
        '<tr><td><a href="a">P9001R0</a></tr>', "<tr></tr>", "<tr><td></tr>", "<tr><td>P9002R0<td>B</tr>"
    )

    assert [(paper.id, paper.title, paper.date) for paper in papers] == [("P9001R0", "", None), ("P9002R0", "B", None)]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("A<br>B", "A B"),
        ("A<BR/>B", "A B"),
        ("<p>A</p><p>B</p>", "A B"),
        ("std::x&lt;T&gt; &amp; y", "std::x<T> & y"),
        ("std::x&amp;lt;T&amp;gt;", "std::x<T>"),
        ("K&ouml;ppe&#8217;s &#x201C;x&#8221;", "Köppe’s “x”"),
        ("a&#769;", "á"),
        ("A<sub>2</sub>", "A2"),
        ("<a href=x>A <a href=y>B</a></a>", "A B"),
        ("<!-- x -->A<!-- y -->", "A"),
        ("AT&T; x", "AT&T; x"),
    ],
)
def test_titles_are_read_however_they_are_marked_up(written: str, title: str) -> None:
    assert paper_in(written).title == title


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ada Well<br>Bob Low", ("Ada Well", "Bob Low")),
        ("Ada Well,<br>Bob Low", ("Ada Well", "Bob Low")),
        ("Ada Well, Bob<br>Low", ("Ada Well", "Bob Low")),
        ("J&amp;ouml;rg Low, Ada Well", ("Jörg Low", "Ada Well")),
        ("Ada Well, Jr., Bob Low", ("Ada Well Jr.", "Bob Low")),
        ("Ada Well &amp; Bob Low", ("Ada Well", "Bob Low")),
        ("Ada Well / Bob Low", ("Ada Well", "Bob Low")),
        ("<ul><li>Ada Well<li>Bob Low</ul>", ("Ada Well", "Bob Low")),
    ],
)
def test_authors_are_divided_however_they_are_marked_up(written: str, names: tuple[str, ...]) -> None:
    assert paper_in("T", written).authors == names


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2031-<br />01-03", date(2031, 1, 3)),
        ("2031-01<br>-03", date(2031, 1, 3)),
        ("2031 - 01 - 03", date(2031, 1, 3)),
        ("2031&#8209;01&#8209;03", date(2031, 1, 3)),
        ("2031&ndash;1&ndash;3", date(2031, 1, 3)),
        ("2031/1/3", date(2031, 1, 3)),
        ("3 January 2031", date(2031, 1, 3)),
        ("Jan. 3, 2031", date(2031, 1, 3)),
        ("3.1.2031", date(2031, 1, 3)),
        ("3-Jan-2031", date(2031, 1, 3)),
        ("January 3rd, 2031", date(2031, 1, 3)),
        ("3rd of January, 2031", date(2031, 1, 3)),
        ("2031 January 3", date(2031, 1, 3)),
        ("Jan 3,2031", date(2031, 1, 3)),
        ("13/01/2031", date(2031, 1, 13)),
        ("1/13/2031", date(2031, 1, 13)),
        ("2031 01 03", date(2031, 1, 3)),
        ("2031-0103", date(2031, 1, 3)),
        ("3/1/2031", None),
        ("May 2031", None),
        ("03-01-2031", None),
        ("120310103", None),
        ("2031-13-40", None),
    ],
)
def test_dates_are_read_or_left_out(written: str, day: date | None) -> None:
    assert paper_in("T", "A", written).date == day


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("WG21/P2301R1", "P2301R1"), ("WG21 P2301R1", "P2301R1"), ("N 4950", "N4950"), ("P2309-R1", "P2309R1"),
        ("P2308<sub>R1</sub>", "P2308R1"), ("&nbsp;P2307R1", "P2307R1"), ("P2306r1.pdf", "P2306R1"),
        ("P2303R1*", "P2303R1"), ("P2303_R1", "P2303R1"), ("P2303.R1", "P2303R1"), ("P2303&#8209;R1", "P2303R1"),
        ("P2303&#8203;R1", "P2303R1"), ("P2303 Rev. 1", "P2303R1"), ("P2303 revision 1", "P2303R1"),
        ("[P2303R1]", "P2303R1"), ("06-0210 = N1950", "N1950"), ("J16/06-0210 WG21/N1950", "N1950"),
        ("Doc. No. N1950", "N1950"),
    ],
)  # fmt: skip
def test_ids_are_read_however_they_are_written(written: str, id: str) -> None:
    (paper,) = papers_in(f'<tr><td><a href="x">{written}</a></td><td>T</td></tr>')
    assert paper.id == id


@pytest.mark.parametrize(
    "anchor",
    [
        '<a name="{0}"></a>{1}', '<a id="{0}">x</a>{1}', '<h2 id="{0}">x</h2>{1}', '<div id="{0}"></div>{1}',
        '<section id="{0}">{1}</section>', '<A NAME="M{0}"></A>{1}',
    ],
)  # fmt: skip
def test_anchors_are_names_or_ids_of_any_element(anchor: str) -> None:
    name = JANUARY.removeprefix("m") if "M{0}" in anchor else JANUARY
    table = f'<table>{HEADS}<tr><td><a href="x">P9000R0</a><td>T</tr></table>'

    listing = listing_of(f"<html><body>{anchor.format(name, table)}</body></html>".encode())

    assert [(each.name, each.ids) for each in listing.mailings] == [("2031-01", ("P9000R0",))]


def test_the_id_of_a_table_or_of_a_row_is_an_anchor_and_no_title() -> None:
    rows = '<tr id="mailing2031-02"><td><a href="y">P9001R0</a><td>U</tr>'
    table = f'<table id="{JANUARY}">{HEADS}<tr><td><a href="x">P9000R0</a><td>T</tr>{rows}</table>'

    listing = listing_of(f"<html><body>{table}</body></html>".encode())

    assert [(each.name, each.title, each.ids) for each in listing.mailings] == [
        ("2031-01", "2031-01", ("P9000R0",)), ("2031-02", "2031-02", ("P9001R0",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "mailing"),
    [
        ("2031-02", "2031-02"), ("2031-2", "2031-02"), ("2031/02", "2031-02"), ("2031&#8211;02", "2031-02"),
        ("203102", "2031-02"), ("February 2031", "2031-02"), ("2031-Feb", "2031-02"), ("pre-X 2031-02", "2031-02"),
        ("2031-00", "2031-01"), ("2031-13", "2031-01"), ("soon", "2031-01"), ("", "2031-01"),
    ],
)  # fmt: skip
def test_the_mailing_of_a_cell_is_a_month_in_any_form_or_else_that_of_the_anchor(cell: str, mailing: str) -> None:
    assert paper_in("T", "A", "2031-01-03", cell).mailing == mailing


@pytest.mark.parametrize(
    ("anchor", "text", "title"),
    [
        ("mailing2031-01", "Mailing 2031-01 pre-X", "2031-01 pre-X"),
        ("mailing_2031-01", "mailing_2031-01", "2031-01"),
        ("mailing-2031-1", "mailing: 2031-1 pre-X", "2031-1 pre-X"),
        ("mailing203101", "mailing 2031/01", "2031/01"),
    ],
)
def test_the_title_of_a_mailing_begins_with_its_month(anchor: str, text: str, title: str) -> None:
    row = '<tr><td><a href="x">P9000R0</a><td>T</tr>'
    page = f'<html><body><h1><a name="{anchor}">{text}</a></h1><table>{HEADS}{row}</table></body></html>'

    assert [(each.name, each.title) for each in listing_of(page.encode()).mailings] == [("2031-01", title)]


@pytest.mark.parametrize(
    ("cell", "url", "is_linked"),
    [
        ('<a href="javascript:void(0)">P9000R0</a>', "", False),
        ('<a href="mailto:ada@example.org">P9000R0</a>', "", False),
        ('<a href="#top">P9000R0</a>', "", False),
        ('<a href="?">P9000R0</a>', "", False),
        ('<a href="ftp://example.org/p9000r0.pdf">P9000R0</a>', "", True),
        ('<a href="#p9000">P9000R0</a> (<a href="p9000r0.pdf">pdf</a>)', f"{ROOT}2031/p9000r0.pdf", True),
        ('<a href="..\\2031\\p9000r0.pdf">P9000R0</a>', f"{ROOT}2031/p9000r0.pdf", True),
        ('<a href="P9000 R0.pdf">P9000R0</a>', f"{ROOT}2031/P9000%20R0.pdf", True),
        ('<a href="../2031/\n  p9000r0.pdf">P9000R0</a>', f"{ROOT}2031/p9000r0.pdf", True),
        (f'<a href="{ROOT}../x//../p.pdf">P9000R0</a>', f"{ROOT.removesuffix('papers/')}x/p.pdf", True),
        ('<a href="https://example.org//x/./p.pdf">P9000R0</a>', "https://example.org//x/./p.pdf", True),
        ('<a href="HTTPS://Example.org/P.pdf">P9000R0</a>', "https://Example.org/P.pdf", True),
        ('<a href="https://ada:secret@example.org/p.pdf">P9000R0</a>', "", False),
    ],
)
def test_the_link_of_a_paper_is_the_first_that_leads_to_one(cell: str, url: str, is_linked: bool) -> None:
    page = f'<html><body><a name="{JANUARY}"></a><table>{HEADS}<tr><td>{cell}<td>T</tr></table></body></html>'

    listing = listing_of(page.encode(), f"{ROOT}2031/")

    listed = listing.papers["P9000R0"]
    assert (listed.paper.url, listed.is_linked, bool(listing.mailings)) == (url, is_linked, is_linked)


def test_tables_within_a_table_are_read() -> None:
    inner = f'<h1><a name="{JANUARY}">x</a></h1><table>{HEADS}<tr><td><a href="x">P9000R0</a><td>T</tr></table>'
    page = f"<html><body><table><tr><td>navigation</td><td>{inner}</td><td>news</td></tr></table></body></html>"

    listing = listing_of(page.encode())

    assert ([each.ids for each in listing.mailings], listing.bad) == ([("P9000R0",)], 0)


def test_a_proper_heading_counts_where_another_would_do() -> None:
    heads = "".join(
        f"<th>{each}</th>"
        for each in ("#", "Issue Number", "WG21 Number", "Revision Date", "Document Date", "Author's mail", "Author",
                     "Paper Title")
    )  # fmt: skip
    cells = ("1", "77", '<a href="x">P9000R0</a>', "2030-01-01", "2031-01-03", "ada@example.org", "Ada", "T")

    (paper,) = papers_in(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>", heads=f"<tr>{heads}</tr>")

    assert (paper.id, paper.date, paper.authors, paper.title) == ("P9000R0", date(2031, 1, 3), ("Ada",), "T")


def test_rows_without_any_headings_are_counted_as_unreadable() -> None:
    page = '<html><body><table><tr><td><a href="x">P9000R0</a><td>T<td>Ada</tr></table></body></html>'

    listing = listing_of(page.encode())

    assert (dict(listing.papers), listing.bad) == ({}, 1)


def test_brackets_are_looked_at_in_slices_that_cut_no_tag() -> None:
    rows = [a_row(f"P{number:04d}R0", title="vector<bool>") for number in range(1, 400)]

    papers = papers_in(*rows)

    assert [paper.number for paper in papers] == list(range(1, 400))
    assert {paper.title for paper in papers} == {"vector<bool>"}
    steps = read_listing(b"<" * 300_000, ROOT)
    assert sum(1 for _ in steps) > 9


def test_a_bracket_that_begins_no_tag_stays_in_a_title() -> None:
    assert paper_in("vector<bool>, optional<T&> and a<b").title == "vector<bool>, optional<T&> and a<b"


@pytest.mark.parametrize("page", ["", "<html></html>", "<html><body><p>No papers yet.</body></html>", "<pre></pre>"])
def test_a_page_without_papers_is_empty_and_whole(page: str) -> None:
    listing = listing_of(page.encode())
    assert (dict(listing.papers), listing.mailings, listing.bad, listing.is_whole) == ({}, (), 0, True)


def test_very_many_spans_end() -> None:
    cells = '<td colspan="100" rowspan="1000">x</td>' * 200
    rows = [f"<tr>{cells}</tr>"] * 200
    listing_of(a_page({JANUARY: [*rows, a_row()]}).encode())


@pytest.mark.parametrize(
    "lines",
    [
        '99-0045\t<a href="a.pdf">N1868</a>\tTitle one\tAda Well\n'
        '99-0046\t<a href="b.pdf">N1869</a>\tTitle two\tBob Low\n',
        '99-0045  <A HREF="a.pdf">n1868</A>  Title one   Ada Well\n'
        '99-0046  <a href="b.pdf">n1869</a>  Title two   Bob Low\n',
        '99-0045=<a href="a.pdf">N1868</a>   Title one   Ada Well\n'
        '99-0046=<a href="b.pdf">N1869</a>   Title two   Bob Low\n',
        'X3J16/99-0045 WG21/<a href="a.pdf">N1868</a>  Title one   Ada Well\n'
        'X3J16/99-0046 WG21/<a href="b.pdf">N1869</a>  Title two   Bob Low\n',
        '<a href="a.pdf">99-0045</a>  N1868  Title one   Ada Well<br>\n'
        '<a href="b.pdf">99-0046</a>  N1869  Title two   Bob Low<BR>',
        '<a href="a.pdf">N1868</a> = 99-0045  Title one   Ada Well\n'
        '<a href="b.pdf">N1869</a> = 99-0046  Title two   Bob Low\n',
        '<a href="a.pdf">N1868</a>   J16/99-0045  Title one   Ada Well\n'
        '<a href="b.pdf">N1869</a>   J16/99-0046  Title two   Bob Low\n',
        '1999-0045  <a href="a.pdf">N1868</a>  Title one   Ada Well\n'
        '1999-0046  <a href="b.pdf">N1869</a>  Title two   Bob Low\n',
        "Doc. No.  WG21 No.  Title       Author\n--------  --------  -----       ------\n"
        '99-0045   <a href="a.pdf">N1868</a>     Title one   Ada Well\n'
        '99-0046   <a href="b.pdf">N1869</a>     Title two   Bob Low\n',
    ],
)
def test_columns_of_text_are_read_however_they_are_written(lines: str) -> None:
    page = f'<html><body><h1><a name="Post-Anywhere">x</a></h1><PRE>\n{lines}</PRE></body></html>'

    papers = [listed.paper for listed in listing_of(page.encode(), f"{ROOT}1999/").papers.values()]

    assert [(paper.id, paper.title, paper.authors, paper.url) for paper in papers] == [
        ("N1868", "Title one", ("Ada Well",), f"{ROOT}1999/a.pdf"),
        ("N1869", "Title two", ("Bob Low",), f"{ROOT}1999/b.pdf"),
    ]


def _unclosed(page: str) -> str:
    return re.sub(r"</t[dr]>", "", page)


def _within_a_table(page: str) -> str:
    return re.sub(r"<body[^>]*>", "<body><table><tr><td>", page).replace("</body>", "</td></tr></table></body>")


DIRT: Mapping[str, Callable[[str], str]] = {
    "capitals": lambda page: re.sub(r"</?[a-zA-Z0-9]+", lambda tag: tag[0].upper(), page),
    "cells without ends": _unclosed,
    "ids in small letters": lambda page: re.sub(r">([NP]\d{4}(?:R\d+)?)<", lambda id: id[0].lower(), page),
    "comments in cells": lambda page: re.sub(r"<td ?>", "<td><!-- <td> -->", page),
    "markup in cells": lambda page: re.sub(r"<td ?>", '<td class=x data-a="<td>"><font size=2>', page),
    "hard spaces": lambda page: page.replace("<td>", "<td>&nbsp;").replace("</td>", "&nbsp;</td>"),
    "line ends of Windows": lambda page: page.replace("\n", "\r\n"),
    "links in headings": lambda page: re.sub(r"<th>([^<]+)</th>", r'<th><a href="?s">\1</a></th>', page),
    "anchors by id": lambda page: page.replace("<a name=", "<a id="),
    "a layout table": _within_a_table,
    "absolute links": lambda page: re.sub(r'h[rR]ef="\.\./', f'href="{ROOT}', page),
}


OF_CELLS = {"cells without ends", "comments in cells", "markup in cells", "hard spaces", "links in headings"}
"""The oldest pages have none."""


@pytest.mark.parametrize(
    ("era", "dirt"), [(era, dirt) for era in "abcdef" for dirt in DIRT if era < "f" or dirt not in OF_CELLS]
)
def test_each_era_says_the_same_with_other_dirt(era: str, dirt: str) -> None:
    body = page_of_era(era).decode("cp1252" if era == "e" else "utf-8")
    soiled = DIRT[dirt](body)
    assert soiled != body
    clean, dirty = (listing_of(page.encode(), f"{ROOT}2031/") for page in (body, soiled))

    assert dirty.papers == clean.papers
    assert [(each.name, each.ids) for each in dirty.mailings] == [(each.name, each.ids) for each in clean.mailings]
    assert (dirty.bad, dirty.is_whole) == (clean.bad, clean.is_whole)
