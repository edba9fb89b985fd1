"""Kinds of PDF, by where their letters stand: what holds for the small drafts holds for their like."""

from hypothesis import given
from hypothesis import strategies as st

from actors.prober.frontmatter.pdf.layout import Glyph, Rule, lines_of, text_lines, titles_of, with_underscores
from tests.unit.frontmatter.kinds import FEW, body, drawn, titles


@FEW
@given(titles, st.randoms(use_true_random=False), st.floats(0.2, 0.6))
def test_words_are_told_by_where_their_letters_stand_in_whatever_order(title: str, order: object, gap: float) -> None:
    glyphs = [*drawn(title, 72, 700, 17, gap=gap), *body(600)]
    order.shuffle(glyphs)  # type: ignore[attr-defined]
    assert titles_of(lines_of(glyphs)) == (title,)


@FEW
@given(titles, st.floats(0.0, 0.06))
def test_a_title_drawn_twice_is_read_once(title: str, shift: float) -> None:
    glyphs = [*drawn(title, 72, 700, 17), *drawn(title, 72 + shift * 17, 700, 17), *body(600)]
    assert titles_of(lines_of(glyphs)) == (title,)


@FEW
@given(titles, st.floats(11.5, 24))
def test_a_heading_of_the_same_size_far_below_belongs_to_no_title(title: str, size: float) -> None:
    glyphs = [*drawn(title, 72, 700, size), *drawn("Contents of it", 72, 700 - 3 * size, size), *body(500)]
    assert titles_of(lines_of(glyphs))[0] == title


@FEW
@given(titles, st.floats(0.75, 1.25))
def test_code_of_another_size_belongs_to_the_title(title: str, scale: float) -> None:
    code = drawn("std::widget", 72, 700, 17 * scale)
    rest = drawn(title, code[-1].right + 5, 700, 17)
    assert titles_of(lines_of([*code, *rest, *body(600)])) == (f"std::widget {title}",)


def test_a_title_no_larger_than_the_text_is_the_bold_one() -> None:
    glyphs = [*drawn("Better widgets", 72, 700, 10, is_bold=True), *drawn("Jane Doe", 72, 680, 10), *body(600)]
    assert titles_of(lines_of(glyphs)) == ("Better widgets",)


def test_what_stands_below_a_column_is_indented_and_a_gap_is_an_empty_line() -> None:
    glyphs = [*drawn("Reply-to:", 72, 700, 10), *drawn("Jane Doe", 172, 700, 10), *drawn("John Roe", 172, 688, 10)]
    lines = text_lines(lines_of([*glyphs, *drawn("Contents", 72, 640, 10)]))
    assert lines == ["Reply-to:   Jane Doe", "  John Roe", "", "Contents"]


def test_the_letters_of_a_ligature_are_all_kept() -> None:
    """PDFium gives each letter of "ffi" the place of the one glyph."""
    glyphs = [*drawn("di", 72, 700, 17)]
    glyphs += [Glyph(text=letter, left=89.0, right=100.0, base=700, size=17, is_bold=False) for letter in "ffi"]
    assert titles_of(lines_of([*glyphs, *drawn("cult", 100, 700, 17), *body(600)])) == ("difficult",)


def test_an_underscore_that_tex_draws_as_a_rule_is_one() -> None:
    letters = [*drawn("value", 72, 700, 17), *drawn("or", 120, 700, 17), *body(600)]
    rules = [Rule(left=115.0, right=120.0, base=697.0), Rule(left=72.0, right=80.0, base=697.0)]
    assert titles_of(lines_of(with_underscores(letters, rules))) == ("value_or",)


def test_two_small_lines_beside_a_large_one_stay_two() -> None:
    small = [*drawn("Author: Jane Doe", 72, 300, 12), *drawn("Project: Widgets", 72, 285, 12)]
    lines = lines_of([*small, *drawn("2031", 400, 292, 60)])
    assert [line.text for line in lines] == ["Author: Jane Doe", "2031", "Project: Widgets"]


@FEW
@given(st.floats(20, 47), st.floats(30, 120))
def test_what_stands_below_a_number_alone_on_a_slide_is_its_title(size: float, ornament: float) -> None:
    lines = [
        *lines_of(drawn("P9001R2", 72, 430, 48)),
        *lines_of(drawn("Widgets for all", 72, 370, size)),
        *lines_of(drawn("Springfield 2031", 72, 160, ornament)),
        *lines_of(drawn("Author: Jane Doe", 72, 100, 18)),
    ]
    assert titles_of(lines)[0] == "Widgets for all"
