"""The index's dirt, entry by entry, and bodies that are no index."""

import contextlib
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.index.entries.decoding import LARGEST_ENTRY, LARGEST_SLICE, NotAnIndex, slices
from actors.index.entries.difference import read
from messages.papers import PaperKind
from tests.index_builders import a_body, an_entry, fingerprints_of, many_entries, papers_of, reading_of


def the_paper(id: str = "P2300R10", **fields: Any) -> Any:
    return papers_of(reading_of(a_body(**{id: an_entry(**fields)})))[id]


def why_refused(body: bytes) -> str:
    with pytest.raises(NotAnIndex) as refused:
        reading_of(body)
    return str(refused.value)


def test_an_entry_becomes_a_paper_with_everything_typed() -> None:
    paper = the_paper(long_link="https://example.org/p2300r10.html", status="adopted")

    assert (paper.id, paper.kind, paper.number, paper.revision) == ("P2300R10", PaperKind.P, 2300, 10)
    assert (paper.title, paper.authors, paper.date) == ("A title", ("Ada Lovelace",), date(2025, 1, 31))
    assert (paper.status, paper.url) == ("adopted", "https://example.org/p2300r10.html")


@pytest.mark.parametrize(
    ("id", "kind", "number", "revision"),
    [
        ("D0019", PaperKind.D, 19, None),
        ("P04116R0", PaperKind.P, 4116, 0),
        ("N4950", PaperKind.N, 4950, None),
        ("CWG3022", PaperKind.CWG, 3022, None),
        ("EDIT8353", PaperKind.EDIT, 8353, None),
        ("SD1", PaperKind.SD, 1, None),
    ],
)
def test_ids_are_taken_apart(id: str, kind: PaperKind, number: int, revision: int | None) -> None:
    paper = the_paper(id)

    assert (paper.kind, paper.number, paper.revision) == (kind, number, revision)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("20151030", date(2015, 10, 30)),
        (20151030, date(2015, 10, 30)),
        ("2015-10-30", date(2015, 10, 30)),
        ("2015-1-3", date(2015, 1, 3)),
        ("2015/10/30", date(2015, 10, 30)),
        ("2015-10-30T12:00:00Z", date(2015, 10, 30)),
        ("2015-13-30", None),
        ("0000-00-00", None),
        ("October", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_however_they_are_written(written: Any, read_as: date | None) -> None:
    assert the_paper(date=written).date == read_as


def test_missing_fields_are_empty() -> None:
    paper = papers_of(reading_of(a_body(P0001R0={})))["P0001R0"]

    assert (paper.title, paper.authors, paper.date, paper.status, paper.url) == ("", (), None, "", "")


def test_the_submitter_of_an_issue_is_its_author() -> None:
    assert the_paper("CWG1", author=None, submitter="Bill Gibbons").authors == ("Bill Gibbons",)
    assert the_paper("D0019", author="", submitter=None).authors == ()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "not a link", "https://a b", "https://a|b", "https://a>b"])
def test_what_is_no_link_is_no_link(link: str) -> None:
    assert the_paper(long_link=link).url == ""


def test_the_scheme_of_a_link_is_in_small_letters() -> None:
    assert the_paper(long_link="HTTPS://Example.org/A").url == "https://Example.org/A"


def test_nul_and_lone_surrogates_are_cleaned_away_and_emoji_stay() -> None:
    body = rb'{"P0001R0": {"title": "a\u0000b \ud800 c \ud83d\ude00 \\ud800"}, "P0002R0": {"title": "x\udc00"}}'

    papers = papers_of(reading_of(body))

    assert papers["P0001R0"].title == "a b \ufffd c \U0001f600 \\ud800"
    assert papers["P0002R0"].title == "x\ufffd"


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert papers_of(reading_of(b'{"P0001R0": {"title": "K\xf6ppe"}}'))["P0001R0"].title == "K\ufffdppe"


def test_a_line_break_in_a_title_is_a_space() -> None:
    assert the_paper(title=" a\n\tb ").title == "a b"


def test_what_steers_a_terminal_or_turns_a_text_round_is_no_part_of_titles_and_names() -> None:
    paper = the_paper(
        title="\x1b]0;a\x07b \u202ec\u202c \x9b31md\u200b\u00ad", author="\x1b[1mAda\u2066, Thomas\x7f Köppe"
    )
    assert paper.title == "]0;a b c 31md"
    assert paper.authors == ("[1mAda", "Thomas Köppe")


def test_families_of_emoji_keep_together() -> None:
    assert the_paper(title="\U0001f468\u200d\U0001f469").title == "\U0001f468\u200d\U0001f469"


@pytest.mark.parametrize(
    "entry", [3, "text", None, [], {"title": 3}, {"author": ["a"]}, {"title": "x" * LARGEST_ENTRY}]
)
def test_one_bad_entry_is_reported_and_skipped(entry: Any) -> None:
    reading = reading_of(a_body(**many_entries(3), P9999R0=entry))

    assert sorted(papers_of(reading)) == ["P0001R0", "P0002R0", "P0003R0"]
    assert (reading.valid, reading.bad, reading.examples[0].id) == (3, 1, "P9999R0")
    assert reading.examples[0].why


@pytest.mark.parametrize("id", ["XYZ12", "P", "p2300r1", "P2300R", "P12345678901", "", "P\u00b2", "Ω1", "P1\x00"])
def test_an_unknown_id_is_counted_and_no_error(id: str) -> None:
    reading = reading_of(a_body(**many_entries(3))[:-1] + b", " + json.dumps({id: an_entry()}).encode()[1:])

    assert (reading.valid, reading.bad, reading.unknown) == (3, 0, 1)


@pytest.mark.parametrize("between", [0, 5000])
def test_of_an_id_that_stands_twice_the_last_counts(between: int) -> None:
    stored = reading_of(a_body(P0001R0=an_entry(title="stored")))
    twice = [a_body(P0001R0=an_entry(title=title))[1:-1] for title in ("other", "stored")]
    body = b"{" + b", ".join([twice[0], a_body(**many_entries(between, first=2))[1:-1] or twice[0], twice[1]]) + b"}"

    assert "P0001R0" not in papers_of(reading_of(body, fingerprints_of(stored)))
    assert papers_of(reading_of(body))["P0001R0"].title == "stored"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty body"),
        (b"  \n", "empty body"),
        (b"<!doctype html><title>Sorry</title>", "HTML"),
        (b'[{"title": "x"}]', "list"),
        (b"NaN", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"P0001R0": {"title": NaN}}', "not JSON"),
        (b'{"P0001R0": {"title": "x"},}', "not JSON"),
        (b'{"P0001R0": {"title": "x"}} {}', "not JSON"),
        (b'{"P0001R0": ' + b"[" * 100_000 + b"}", "not JSON"),
        (b'{"P0001R0": "' + b"y" * (LARGEST_SLICE + 9) + b"}", "not JSON"),
        (b'{"P0001R0": ' + b"[{" * LARGEST_SLICE + b"]}" * LARGEST_SLICE + b"}", "not JSON"),
        (b"\x1f\x8b\x08\x00", "not a JSON object"),
    ],
)
def test_a_body_that_is_no_index_is_refused_with_the_reason(body: bytes, why: str) -> None:
    assert why in why_refused(body)


LARGE = {
    "a title": b'{"title": "' + b"y" * (LARGEST_SLICE + 9) + b'"}',
    "a title full of escapes": b'{"title": "' + b'\\"\\\\' * LARGEST_SLICE + b'"}',
    "a title that looks like entries": b'{"title": "' + b'}, \\"P0001R0\\": {' * (LARGEST_SLICE // 10) + b'"}',
    "lists in lists": b"[" * LARGEST_SLICE + b"]" * LARGEST_SLICE,
    "a small entry that is too deep": b"[" * 5000 + b"]" * 5000,
    "lists beside each other": b"[" + b"[]," * (LARGEST_SLICE // 2) + b"[]]",
    "entries in an entry": b"[{}" + b', {"P0001R0": {"title": "x"}, "P0002R0": {}}' * (LARGEST_SLICE // 20) + b"]",
    "a text": b'"' + b"y" * (LARGEST_SLICE + 9) + b'"',
    "a number": b"1" * (LARGEST_SLICE + 9),
}


@pytest.mark.parametrize("at", [0, 1500, 3000])
@pytest.mark.parametrize("entry", LARGE.values(), ids=LARGE)
def test_an_entry_of_any_size_and_shape_is_skipped_and_all_others_are_read(entry: bytes, at: int) -> None:
    members = [b'"P%04dR0": {"title": "A title"}' % number for number in range(1, 3001)]
    members.insert(at, b'"P9999R0": ' + entry)

    reading = reading_of(b"{" + b", ".join(members) + b"}")

    assert (reading.valid, reading.bad, reading.unknown) == (3000, 1, 0)
    assert reading.examples[0].id == "P9999R0"
    assert reading.examples[0].why


def test_an_id_of_any_size_is_of_no_known_kind() -> None:
    body = b'{"' + b"P" * (LARGEST_SLICE + 9) + b'": {}, ' + a_body(**many_entries(3))[1:]

    reading = reading_of(body)

    assert (reading.valid, reading.bad, reading.unknown) == (3, 0, 1)


def test_an_entry_that_takes_long_is_passed_in_many_steps() -> None:
    body = b'{"P9999R0": ' + LARGE["lists beside each other"] + b"}"

    assert sum(1 for _ in read(body, {})) > 90


@given(cut=st.integers(min_value=0, max_value=10_000))
def test_a_truncated_body_is_refused_wherever_it_was_cut(cut: int) -> None:
    body = a_body(**many_entries(50))

    assert why_refused(body[: cut % len(body)])


def test_a_byte_order_mark_and_white_space_around_do_no_harm() -> None:
    assert reading_of(b"\xef\xbb\xbf\r\n " + a_body(**many_entries(2)) + b" \r\n").valid == 2


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda noise: b'{"P0001R0": ' + noise + b"}"))
def test_decoding_refuses_or_reads_whatever_comes(noise: bytes) -> None:
    with contextlib.suppress(NotAnIndex):
        reading_of(noise)


ids = st.from_regex(r"[A-Z]{1,3}[0-9]{1,4}", fullmatch=True)
values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2) | ids, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(ids, st.dictionaries(st.text(max_size=5) | ids, values, max_size=2), max_size=9),
    st.integers(1, 99),
    st.integers(1, 99),
    st.sampled_from([None, 1]),
)
def test_slices_hold_the_members_of_the_whole_however_it_is_cut(
    members: dict[str, Any], size: int, largest: int, indent: int | None
) -> None:
    body = json.dumps(members, indent=indent).encode()

    cut = {id: json.loads(bytes(entry)) for part in slices(body, size, largest) for id, entry in part.items()}

    assert cut == json.loads(body)


def test_reading_pauses_often_enough_for_the_others() -> None:
    pauses = sum(1 for _ in read(a_body(**many_entries(5000)), {}))

    assert pauses >= 20
