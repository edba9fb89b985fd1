"""Kinds of layout, each with any people, groups and words: what holds for the small drafts holds for their like."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.frontmatter.values.groups import is_group, split_groups
from actors.prober.frontmatter.values.people import is_name, names_in
from tests.unit.frontmatter.kinds import FEW, GROUPS, LONG_GROUPS, MAILBOX, groups, html, mail, people, table, titles


@FEW
@given(people, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50))
def test_valid_utf_8_is_read_as_utf_8_whatever_is_in_it(names: list[str], text: str) -> None:
    found = html(f"<h1>Widgets</h1>{table(Authors='<br>'.join(names))}<p>\N{REPLACEMENT CHARACTER} {escape(text)}</p>")
    assert found.authors == tuple(names)


@FEW
@given(
    titles, st.sampled_from(["<h1 class=title>{}</h1>", "<h1>{}</h1>", "<h1 class=p-name id=title>D9001R0<br>{}</h1>"])
)
def test_elements_inside_of_a_title_leave_no_blanks(title: str, heading: str) -> None:
    marked = "".join(f"<c- o>{escape(letter)}</c->" if not letter.isalnum() else letter for letter in title)
    assert html(heading.format(marked)).title == title


@FEW
@given(
    titles,
    st.sampled_from(["D9001R0: {}", "P9001R3 - {}", "[D9001R0] {}", "{} (P9001R0)", "DXXXXR0 {}", "D9001R0.2 {}"]),
)
def test_a_title_loses_the_number_of_its_paper_and_keeps_that_of_another(title: str, form: str) -> None:
    title += " in P0123"
    assert html(f"<h1>{escape(form.format(title))}</h1><p>Document number: D9001R0</p>").title == title


@FEW
@given(groups, st.sampled_from(["<br>", ", ", "; ", " / "]))
def test_groups_below_the_project_are_the_audience(groups: list[str], between: str) -> None:
    found = html(f"<h1>Widgets</h1>{table(Project='Programming Language C++<br>' + between.join(groups))}")
    assert found.audience == tuple(groups)


@FEW
@given(groups)
def test_a_label_that_names_a_target_names_the_audience_only_if_it_has_groups(groups: list[str]) -> None:
    assert html(f"<h1>Widgets</h1>{table(Target=', '.join(groups))}").audience == tuple(groups)
    assert html(f"<h1>Widgets</h1>{table(Target='C++29')}").audience == ()


@FEW
@given(st.lists(st.sampled_from(LONG_GROUPS), min_size=1, max_size=4, unique=True))
def test_an_audience_may_have_several_lines(groups: list[str]) -> None:
    lines = "\n".join(
        ["Widget Library", "Document #: D9001R0", "Audience: " + groups[0], *groups[1:], "Reply-to: Jane Doe"]
    )
    assert html(f"<pre>{lines}</pre>").audience == tuple(groups)


@FEW
@given(groups, st.sampled_from(["D9001R0 | Audience: {}", "D9001R0 (Audience: {})", "Date: 2031-02-03 • Audience: {}"]))
def test_an_audience_may_follow_on_the_same_line(groups: list[str], form: str) -> None:
    assert html(f"<h1>Widgets</h1><p>{form.format(', '.join(groups))}</p>").audience == tuple(groups)


@given(st.lists(st.sampled_from([*GROUPS, *LONG_GROUPS]), min_size=1, max_size=5, unique=True))
def test_groups_are_parted_and_each_is_one(groups: list[str]) -> None:
    assert list(split_groups(", ".join(groups))) == groups
    assert all(map(is_group, groups))


@FEW
@given(people, people)
def test_who_is_in_a_log_or_in_the_thanks_is_no_author(names: list[str], others: list[str]) -> None:
    log = "".join(f"commit 0a1b\nAuthor: {name} &lt;{mail(name)}&gt;\n\n" for name in others)
    found = html(
        f"<h1>Widgets</h1><p>2031-02-03<br>{names[0]} (editor, Acme)<br>&lt;{mail(names[0])}&gt;</p><h2>Changes</h2>"
        f"<pre>{log}</pre><h2>Acknowledgements</h2><p>Subgroup: {', '.join(others)}<br>Thanks to {others[0]}</p>"
    )
    assert found.authors == (names[0],)
    assert found.audience == ()


@FEW
@given(people, people)
def test_reply_to_and_co_authors_are_all_authors(names: list[str], others: list[str]) -> None:
    told = "; ".join(f"{name} &lt;{mail(name)}&gt;" for name in names)
    more = "; ".join(f"{name} &lt;{mail(name)}&gt;" for name in others)
    found = html(f"<h1>Widgets</h1><dl><dt>Reply-to:<dd>{told}<dt>Co-authors:<dd>{more}</dl>")
    assert found.authors == tuple(dict.fromkeys([*names, *others]))


@FEW
@given(people)
def test_each_reply_to_line_counts(names: list[str]) -> None:
    lines = "<br>".join(f"Reply-to: {name}, {mail(name)}" for name in names)
    assert html(f"<p>Date: 2031-02-03<br>{lines}<br>Audience: LEWG</p><h1>Widgets</h1>").authors == tuple(names)


@FEW
@given(
    people, st.sampled_from([" dot ", " [dot] ", "(dot)", "{dot}"]), st.sampled_from([" at ", "(at)", " [at] ", "{at}"])
)
def test_dots_may_be_spelled_out(names: list[str], dot: str, at: str) -> None:
    lines = [f"{name} <{dot.join(['jane', 'q', 'doe'])}{at}example{dot}com>" for name in names]
    assert names_in(lines) == tuple(names)


@FEW
@given(people, st.data())
def test_people_without_an_address_stand_between_people_with_one(names: list[str], data: st.DataObject) -> None:
    mails = [data.draw(st.sampled_from([f"&lt;{mail(name)}&gt;", "&lt;&gt;", "&lt; &gt;"])) for name in names]
    cell = "<br>".join(f"{name}<br>{mail}" for name, mail in zip(names, mails, strict=True))
    assert html(f"<h1 class=title>Widgets</h1>{table(Reply_to=cell)}").authors == tuple(names)


@pytest.mark.parametrize(
    "text",
    ["Lawrence Doe", "Al Roe", "Hubert Le", "Le Wang", "John A Smith", "Jane DOE", "JANE DOE", "JANE Q. PUBLIC",
     "April Roe", "Van Morris", "Ludwig van Beethoven", "Jean-Luc MAJOR"],
)  # fmt: skip
def test_a_name_that_has_a_word_of_something_else_is_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    ["Lawrence Livermore", "New York", "Acme University", "ACME Widgets", "A Widget", "Widget A", "Working Draft",
     "Lawrence Berkeley", "van der", "Table of Contents", "Programming Language"],
)  # fmt: skip
def test_firms_places_and_titles_are_no_names(text: str) -> None:
    assert not is_name(text)


@FEW
@given(
    people,
    st.sampled_from(
        ["additional edits by", "with contributions by", "with help from", "thanks to", "based on work by"]
    ),
)
def test_who_only_helped_is_no_author(names: list[str], words: str) -> None:
    found = html(f"<p>Author: {names[0]}, {words} Max Helper, Mary Helper<br>Date: 2031-02-03</p><h1>Widgets</h1>")
    assert found.authors == (names[0],)


@FEW
@given(people, st.sampled_from(["Former Author", "Former Editors", "Previous Authors", "Contributors", "Past Editor"]))
def test_who_was_an_author_is_none(names: list[str], term: str) -> None:
    people = "".join(
        f'<dd class="editor p-author h-card vcard"><span class="p-name fn">{name}</span>' for name in names
    )
    late = '<dd class="editor p-author h-card vcard"><span class="p-name fn">Max Former</span>'
    found = html(f"<h1 class=p-name>Widgets</h1><dl><dt>Authors:{people}<dt>{term}:{late}</dl>")
    assert found.authors == tuple(names)
    assert html(f"<h1>Widgets</h1><dl><dt>Authors:<dd>{names[0]}<dt>{term}:<dd>Max Former</dl>").authors == (names[0],)


@FEW
@given(people, titles)
def test_lines_after_the_people_are_none_of_them(names: list[str], title: str) -> None:
    people = ", ".join(f"{name} ({mail(name)})" for name in names)
    found = html(f"<pre>Date: 2031-02-03\nReply to: {people}\nReturnable Widgets\n{escape(title)}\nContents</pre>")
    assert found.authors == tuple(names)


@FEW
@given(people, st.sampled_from(["\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060"]))
def test_unseen_characters_do_not_hide_a_label(names: list[str], unseen: str) -> None:
    found = html(f"<p>Reply-to{unseen}: {', '.join(names)}<br>Audience{unseen}: LEWG</p><h1>Widgets</h1>")
    assert (found.authors, found.audience) == (tuple(names), ("LEWG",))


@FEW
@given(people)
def test_a_list_below_a_heading_names_all_authors(names: list[str]) -> None:
    items = "".join(f"<li><p>{name} ({mail(name)}) (Acme)</p></li>" for name in names)
    heading = f"<h2>1.1. Authors</h2><ul>{items}</ul><h2>Contributors</h2><ul><li>Max Helper</li></ul>"
    assert html(f"<h1>Widgets</h1>{heading}").authors == tuple(names)
    head = f'<dl><dt>Author:<dd class="p-author h-card"><a class="p-name fn">{names[-1]}</a></dl>'
    assert html(f"<h1>Widgets</h1>{head}<h2>Abstract</h2>{heading}").authors == tuple(names)


@FEW
@given(people, titles)
def test_custom_elements_of_a_title_page_are_lines(names: list[str], title: str) -> None:
    people = "".join(
        f"<cxx-editor>{name}<br>Acme Corp.<br><cxx-email>{mail(name)}</cxx-email></cxx-editor>" for name in names
    )
    found = html(
        f"<cxx-titlepage><cxx-docnum>D9001R0</cxx-docnum><time>2031-02-03</time>{people}<h1>{escape(title)}</h1></cxx-titlepage>"
    )
    assert (found.title, found.authors) == (title, tuple(names))


@FEW
@given(people, titles)
def test_a_line_below_the_people_of_a_paragraph_is_none_of_them(names: list[str], title: str) -> None:
    people = "<br>".join(f"{name} ({mail(name)})" for name in names)
    found = html(f"<p>Date: 2031-02-03<br>Reply to: {people}<br>Returnable Widgets<br></p><h2>{escape(title)}</h2>")
    assert (found.authors, found.title) == (tuple(names), title)


@FEW
@given(people, st.sampled_from(["Acme Widgets", "Widget Works", "Great Gadgets"]))
def test_a_firm_behind_a_comma_is_nobody(names: list[str], firm: str) -> None:
    assert names_in(["; ".join(f"{name}, {firm}" for name in names) + ";"]) == tuple(names)
    assert names_in([f"{name}, {mail(name)}, {firm}" for name in names]) == tuple(names)


@FEW
@given(groups, st.sampled_from(["Audience: [{}]", "Audience: ({})", "| Audience | {} |", "Audience | {}"]))
def test_an_audience_may_stand_in_brackets_or_after_a_bar(groups: list[str], form: str) -> None:
    assert html(f"<h1>Widgets</h1><p>{form.format(', '.join(groups))}</p>").audience == tuple(groups)


@pytest.mark.parametrize(
    "project", ["ISO/IEC JTC1/SC22/WG21", "ISO/IEC 14882 Programming Languages — C++, ISO/IEC JTC1/SC22/WG21",
                "Programming Language C++", "Programming Language"]
)  # fmt: skip
def test_a_project_without_a_group_names_no_audience(project: str) -> None:
    assert html(f"<h1>Widgets</h1>{table(Project=project)}").audience == ()


@FEW
@given(titles)
def test_the_first_heading_is_the_title_and_not_what_the_metadata_kept(title: str) -> None:
    head = table(Date="2031-02-03", Audience="LEWG", Reply_to="Jane Doe")
    page = f"<title>Old working name</title>{head}<h2>{escape(title)}</h2><p>Text.</p><h2>1. Motivation</h2>"
    assert html(page).title == title
    assert html(f"<title>A good name</title>{head}<h2>1. Motivation of it</h2><p>Text.</p>").title == "A good name"


def test_authors_beside_each_other_are_told_from_their_firms() -> None:
    lines = [
        "Better widgets",
        "Jane Doe      John Roe",
        "Acme Widgets      Great Gadgets",
        "jd42@example.com      me@example.org",
    ]
    found = html(f"<h1>Better widgets</h1><pre>{chr(10).join(lines[1:])}</pre>")
    assert found.authors == ("Jane Doe", "John Roe")


@FEW
@given(groups)
def test_an_audience_without_a_label_stands_alone_among_the_first_lines(groups: list[str]) -> None:
    line = ", ".join(groups)
    assert html(f"<h1>Widgets</h1><p>D9001R0<br>{line}<br>2031-02-03</p>").audience == tuple(groups)
    row = f"<tr><td>Project:</td><td>Programming Language C++</td></tr><tr><td></td><td>{line}</td></tr>"
    assert html(f"<h1>Widgets</h1><table>{row}<tr><td>Date:</td><td>2031-02-03</td></tr></table>").audience == tuple(
        groups
    )
    assert html(f"<h1>Widgets</h1><h2>Abstract</h2><p>{line}</p>").audience == ()


@pytest.mark.parametrize(
    "title", ["Change scope of lambdas", "Changes we want", "Motivation of widgets", "Overview of it"]
)
def test_a_title_that_begins_like_a_section_does_not_end_the_beginning(title: str) -> None:
    cells = table(Project="Programming Language C++<br>EWG", Reply_to="Jane Doe")
    found = html(f"<h1 class=title>{title}</h1>{cells}")
    assert (found.title, found.audience, found.authors) == (title, ("EWG",), ("Jane Doe",))


NAMED_WITH_AND = ("Game dev and low latency (SG14)", "Finance and trading [SG14]", "Widgets and gadgets (SG 99)")


@FEW
@given(
    st.lists(
        st.sampled_from((*NAMED_WITH_AND, "LEWG", "Numerics (SG6)", "Library Evolution (LEWG)")),
        min_size=1,
        unique=True,
    )
)
def test_a_group_may_have_an_and_in_its_name_before_its_number(groups: list[str]) -> None:
    assert [part.strip() for part in split_groups(", ".join(groups))] == groups


@pytest.mark.parametrize("line", ["EWG and Numerics (SG6)", "Evolution and Numerics (SG6)", "SG1 and LEWG"])
def test_an_and_between_two_groups_parts_them(line: str) -> None:
    assert len([*split_groups(line)]) == 2


@FEW
@given(
    st.lists(
        st.sampled_from(["Library Evolution Incubator (LEWGI)", "Library Evolution (LEWG)", "Numerics (SG6)"]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    st.data(),
)
def test_an_audience_may_be_broken_before_a_bracket(groups: list[str], data: st.DataObject) -> None:
    text = ", ".join(groups)
    breaks = [place for place, letter in enumerate(text) if letter == "("]
    place = data.draw(st.sampled_from(breaks))
    lines = f"Document #: D9001R0\nAudience: {text[:place].rstrip()}\n{text[place:]}\nWidgets for everybody"
    assert html(f"<pre>{lines}</pre>").audience == tuple(groups)


@FEW
@given(people, st.sampled_from(["(editor)", "(co-editor) (Acme Inc)", "(editor, Acme Widgets)", "(Co-Author)"]))
def test_people_with_their_role_behind_them_are_the_authors(names: list[str], role: str) -> None:
    lines = "".join(f"{name} {role}<br>" for name in names)
    page = f"<h1>Widgets</h1><p>2031-02-03</p><p>{lines}&lt;{MAILBOX}&gt;</p><h2>Acknowledgements</h2><p>Max Minor"
    assert html(page).authors == tuple(names)


@FEW
@given(people, st.sampled_from(["(co-editor)", "(co-editor) (Acme Inc)", "(Coeditor, Acme Widgets)"]))
def test_co_editors_beside_an_editor_are_no_authors(names: list[str], role: str) -> None:
    others = "".join(f"{name} {role}<br>" for name in names)
    page = (
        "<h1>Editors' Report</h1><p>2031-02-03<br>{}" + f"{others}<code>&lt;{MAILBOX}&gt;</code></p><h2>New papers</h2>"
    )
    assert html(page.format("Max Minimus (editor, Acme Inc)<br>")).authors == ("Max Minimus",)
    assert html(page.format("Max Minimus (author)<br>")).authors == ("Max Minimus",)
    assert html(page.format("")).authors == tuple(names)


@pytest.mark.parametrize("firm", ["Acme Inc", "Widget Systems Ltd"])
def test_a_firm_between_a_name_and_a_mail_address_is_no_name(firm: str) -> None:
    page = f"<h1>Report on widgets</h1><p>2031-02-03</p><p>Jane Doe<br>{firm}<br>&lt;{MAILBOX}&gt;</p><h2>Abstract</h2>"
    assert html(page).authors == ("Jane Doe",)


@FEW
@given(titles, st.sampled_from(["N9001 {}", "N9001: {}", "N9001 - {}"]))
def test_a_title_loses_the_old_number_that_stands_before_it(title: str, form: str) -> None:
    page = f"<h1>{escape(form.format(title))}</h1><p>2031-02-03</p><ul><li>P0123R4 was applied</li></ul>"
    assert html(page).title == title


@FEW
@given(titles, titles, st.sampled_from(["h2", "h3", "p", "div"]))
def test_a_subtitle_belongs_to_the_title(title: str, subtitle: str, tag: str) -> None:
    heading = (
        f'<header><h1 class="title">{escape(title)}</h1>\n<{tag} class="subtitle">{escape(subtitle)}</{tag}></header>'
    )
    assert html(heading + table(Audience="LEWG")).title == f"{title}: {subtitle}"


@FEW
@given(
    titles,
    st.sampled_from(["Slides for P0123R4", "Response to N4321", "Slides against D0123"]),
    st.sampled_from(["", " "]),
)
def test_a_line_of_a_title_that_ends_with_another_paper_s_number_is_set_off(title: str, first: str, blank: str) -> None:
    shown = f"{escape(first)}{blank}<br/>{blank}{escape(title)}"
    assert html(f"<h1>{shown}</h1>{table(Date='2031-02-03')}").title == f"{first} - {title}"
    assert html(f"<h1>D9001R0<br>{escape(title)}</h1>{table(Date='2031-02-03')}").title == title
    assert html(f"<h1>{first}<br>and others</h1>{table(Date='2031-02-03')}").title == f"{first} and others"


@FEW
@given(titles, people)
def test_slides_of_remark_js_are_read_from_their_source(title: str, names: list[str]) -> None:
    source = (
        f"class: center, middle\n\n# D9001R0: {title}\n\n### {', '.join(names)}\n\n#### 2031-02-03\n\n---\n\n# Agenda\n"
    )
    found = html(f'<title>Slides</title><body><textarea id="source">{escape(source)}</textarea>')
    assert (found.title, found.authors, found.number) == (title, tuple(names), "D9001R0")


@FEW
@given(
    titles,
    st.sampled_from(["P9001: {}", "D9001: {}", "P9001 - {}", "{}"]),
    st.sampled_from(["P9001", "D9001", "P9001R0"]),
)
def test_a_title_that_begins_with_another_paper_s_number_keeps_it(title: str, form: str, number: str) -> None:
    title = f"P0123R4 {title}"
    assert (
        html(f"<h1>{escape(form.format(title))}</h1>{table(Date='2031-02-03')}".replace("D9001R0", number)).title
        == title
    )
