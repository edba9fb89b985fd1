"""Mentions: which revisions a text names, and how long that counts."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.model import names
from actors.prober.model.catalog import Catalog
from actors.prober.model.history import DatedRevision
from actors.prober.model.mentions import MOST_MENTIONS, REMEMBERED_DAYS, SQL_PATTERN, Mentions, mentioned
from messages.drafts import FrontMatter
from tests.builders import NOON
from tests.prober_builders import a_draft, a_known, a_name

TODAY = NOON.date().toordinal()

numbers = st.integers(1, names.NUMBER_LIMIT)
revisions = st.integers(0, names.REVISION_LIMIT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see D3456R0", {(3456, 0)}),
        ("P3456R1, p3456r2; d12345R10.", {(3456, 1), (3456, 2), (12345, 10)}),
        ("Feedback on [P1386R2] std::audio", {(1386, 2)}),
        ("https://wg21.link/p0042r1.pdf", {(42, 1)}),
        ("(D2900R7/P2900R8)", {(2900, 7), (2900, 8)}),
        ("AP3456R1 P3456R1x P3456R1_old _P3456R1 éP3456R1 P3456R12345", set()),
        ("N4950 N4950R1 P3456 P3456R P3456RX P0000R1 P00042R1 P3456R01 LWG3456", set()),
    ],
)
def test_a_text_names_the_revisions_of_d_and_p_papers(text: str, expected: set[tuple[int, int]]) -> None:
    assert mentioned(text) == expected


@given(
    numbers,
    revisions,
    st.sampled_from("DPdp"),
    st.sampled_from("Rr"),
    st.sampled_from(["%s", "[%s]", "see %s.", "“%s”"]),
)
def test_every_name_is_found_in_whatever_it_stands(
    number: int, revision: int, prefix: str, r: str, around: str
) -> None:
    text = around % f"{prefix}{number:04d}{r}{revision}"
    assert mentioned(text) == {(number, revision)}


@given(st.text("DPdpRr0123456789 []._N", max_size=40))
def test_what_a_text_names_can_be_the_number_and_revision_of_a_file(text: str) -> None:
    for number, revision in mentioned(text):
        assert names.parse(f"D{number:04d}R{revision}.pdf") == a_name(number, revision)


@given(st.text("DPRr0123456789 []._N", max_size=40))
def test_the_database_finds_at_least_what_a_text_names(text: str) -> None:
    in_python = SQL_PATTERN.replace(r"\m", r"\b").replace(r"\M", r"\b")
    assert mentioned(" ".join(re.findall(in_python, text, re.IGNORECASE))) >= mentioned(text)


@given(st.integers(-2 * REMEMBERED_DAYS, 2 * REMEMBERED_DAYS))
def test_a_mention_counts_for_sixty_days(age: int) -> None:
    mentions = Mentions()
    mentions.add({(3456, 0)}, TODAY - age, by=1)
    counts = abs(age) <= REMEMBERED_DAYS
    assert mentions.ages(3456, TODAY) == ({0: abs(age)} if counts else {})
    mentions.forget(TODAY)
    assert (len(mentions), list(mentions)) == ((1, [3456]) if counts else (0, []))


def test_the_last_mention_counts() -> None:
    mentions = Mentions()
    for age in (20, 3, 10):
        mentions.add({(3456, 0)}, TODAY - age, by=1)
    assert mentions.ages(3456, TODAY) == {0: 3}


def test_of_very_many_mentions_the_newest_are_kept() -> None:
    mentions = Mentions()
    for place in range(5 * MOST_MENTIONS):
        mentions.add({(1 + place % 5000, place // 5000)}, TODAY - 40 + place // 500, by=99_999)
        assert len(mentions) <= 2 * MOST_MENTIONS
    newest = 5 * MOST_MENTIONS - 1
    assert newest // 5000 in mentions.ages(1 + newest % 5000, TODAY)


def test_the_catalog_takes_mentions_from_all_that_a_draft_says_but_for_its_own_number() -> None:
    matter = FrontMatter(
        title="Slides for D3001R1",
        authors=(),
        audience=(),
        date=None,
        text="Document number: P1234R1. See D3002R0 and P1234R7.",
        changes="Adapted to [P3003R3]",
        abstract="On top of d3004r0.",
    )
    catalog = Catalog()
    catalog.learn_drafts([replace(a_draft(), front_matter=matter)])
    assert sorted(catalog.mentions) == [3001, 3002, 3003, 3004]


def test_the_catalog_takes_mentions_from_titles_and_from_texts_that_stay_in_the_database() -> None:
    catalog = Catalog()
    entry = DatedRevision(
        number=3190, revision=0, day=TODAY, authors=(), mentions=mentioned("Slides for D2900R7, P3190R1")
    )
    catalog.learn_entries([entry])
    draft = a_draft()
    catalog.learn_drafts([draft])
    catalog.learn_mentions({draft.id: "D3456R0 d3457r1", "D9999R9": "D7777R0"})
    assert sorted(catalog.mentions) == [2900, 3456, 3457]


def test_texts_are_only_read_again_of_drafts_whose_mentions_still_count() -> None:
    catalog, draft = Catalog(), a_draft()
    catalog.learn_drafts([draft])
    day = max(file.last_modified or draft.found_at for file in draft.files).date()
    assert catalog.changed_lately(day + timedelta(days=REMEMBERED_DAYS)) == [draft.id]
    assert catalog.changed_lately(day + timedelta(days=REMEMBERED_DAYS + 1)) == []


def test_a_mention_of_what_is_known_or_found_says_nothing() -> None:
    catalog = Catalog()
    catalog.learn_numbers({3456: a_known(0, 1)})
    catalog.learn_found([a_name(3456, 3)])
    catalog.mentions.add({(3456, revision) for revision in range(5)}, TODAY - 1, by=1)
    assert catalog.inputs(NOON.date()).awaited(3456) == {2: 1, 4: 1}
