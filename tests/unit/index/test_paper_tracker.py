"""The paper tracker's issues as groups of papers."""

import asyncio
from datetime import date, datetime, timedelta

import httpx
import msgspec
import pytest

from actors.index.entries.plausibility import ChangeTally, doubts
from actors.index.entries.preview import ended
from actors.index.fetch.client import FetchLimits
from actors.index.fetch.paper_tracker import ISSUES_PER_PAGE, MOST_PAGES, PaperTracker, read_issues
from actors.index.model.fetching import FetchFailed
from actors.index.model.pages import NO_VALIDATORS, PageState
from actors.index.model.records import Reading
from tests.builders import NOON, a_paper

LIMITS = FetchLimits(timeout=60.0, max_bytes=10**6, user_agent="x")


def issues(*titles: str, labels: tuple[str, ...] = ("SG16", "plenary-approved", "C++26", "LEWG")) -> bytes:
    return msgspec.json.encode(
        [
            {"title": title, "labels": [{"name": label, "color": "fff"} for label in labels], "body": "x"}
            for title in titles
        ]
    )


def reading_of(body: bytes, page: int = 1) -> Reading:
    return ended(read_issues(body, page, {}))


@pytest.mark.parametrize(
    "title",
    [
        "P1234 R5 Words", "P1234 R5", " p1234 r5: words", "P01234  R5 x", "P1234R5", "[P1234R5] Words",
        "P1234_R5", "P1234 Rev. 5", "P1234 revision 5: Words", "P1234\u2011R5", "P1234 (R5) Words", "WG21/P1234 R5",
        "#P1234 R5", "P1234R5/P1235R0 Words", "P1234-R5 Words",
    ],
)  # fmt: skip
def test_a_title_names_a_paper_and_labels_its_groups(title: str) -> None:
    (candidate,) = reading_of(issues(title)).candidates

    assert (candidate.paper.id, candidate.paper.audience) == ("P1234R5", ("LEWG", "SG16"))
    assert candidate.paper.status == "C++26, plenary-approved"
    assert not candidate.is_announced


@pytest.mark.parametrize(
    "title", ["", "P1234", "Words P1234 R5", "LWG1234 R5", "P1234 Rx", "P0 R0", "D1234 R5", "N4950", "P1234 R5Words"]
)
def test_other_titles_name_none(title: str) -> None:
    assert reading_of(issues(title)).candidates == ()


@pytest.mark.parametrize(
    "label",
    [
        "SG1",
        "SG 16",
        "sg-9",
        "sg16",
        "SG16 Unicode",
        "EWG",
        "EWGI",
        "LEWG",
        "LEWGI",
        "CWG",
        "LWG",
        "WG14",
        "Library Evolution",
        "library-evolution",
        "LEWG-I",
        "EWG-I",
        "Study Group 16",
        "Direction Group",
        "ABI Review Group",
    ],
)
def test_labels_that_are_groups(label: str) -> None:
    (candidate,) = reading_of(issues("P1 R0", labels=(label,))).candidates
    assert candidate.paper.audience == (label,)


@pytest.mark.parametrize("label", ["group: LEWG", "Subgroup/LEWG", "sub-group:LEWG"])
def test_what_kind_of_label_it_is_may_stand_before_the_group(label: str) -> None:
    (candidate,) = reading_of(issues("P1 R0", labels=(label, "LEWG"))).candidates
    assert candidate.paper.audience == ("LEWG",)


def test_labels_are_cleaned_and_named_once() -> None:
    (candidate,) = reading_of(issues("P1 R0", labels=("SG16\0", " LEWG  I ", "SG16"))).candidates
    assert candidate.paper.audience == ("LEWG I", "SG16")


@pytest.mark.parametrize(
    "label", ["C++26", "needs-revision", "size - small", "SGX", "LWGs", "LEWG-poll", "tentatively-ready-for-plenary"]
)
def test_labels_that_are_states(label: str) -> None:
    (candidate,) = reading_of(issues("P1 R0", labels=(label,))).candidates
    assert (candidate.paper.audience, candidate.paper.status) == ((), label)


def test_labels_in_another_order_are_the_same_and_of_two_issues_the_first_counts() -> None:
    first, second = (issues("P1 R0", labels=labels) for labels in (("LEWG", "info"), ("info", "LEWG")))
    assert reading_of(first).digest == reading_of(second).digest

    both = msgspec.json.decode(issues("P1 R0", labels=("SG1",))) + msgspec.json.decode(issues("P1 R0", labels=("SG2",)))
    (candidate,) = reading_of(msgspec.json.encode(both)).candidates
    assert candidate.paper.audience == ("SG1",)


def test_labels_may_be_plain_names_and_null() -> None:
    body = b'[{"title": null, "labels": []}, {"title": "P1 R0", "labels": ["SG16", {"name": null}, {"name": "info"}]}]'
    (candidate,) = reading_of(body).candidates
    assert (candidate.paper.audience, candidate.paper.status) == (("SG16",), "info")


def a_page(number: int, *hints: int, at: datetime = NOON) -> PageState:
    return PageState(source="paper tracker", page=str(number), checked_at=at, hints=tuple(map(str, hints)))


def test_the_first_page_is_in_every_round_and_others_come_in_turn() -> None:
    tracker = PaperTracker("http://127.0.0.1:9/issues", 1.0, LIMITS)
    later = NOON + timedelta(hours=1)
    known = {"1": a_page(1, 2), "2": a_page(2, 3, at=later), "3": a_page(3)}

    assert tracker.pages({}, NOON.date()) == tracker.pages(known, NOON.date()) == ("1",)
    assert tracker.older({}, NOON.date()) == ()
    assert tracker.older({"1": known["1"]}, NOON.date()) == ("2",)
    assert tracker.older({"1": known["1"], "2": known["2"]}, NOON.date()) == ("3",)
    assert tracker.older(known, NOON.date()) == ("3", "2")
    assert tracker.older({**known, "2": a_page(2)}, NOON.date()) == ("2",)


@pytest.mark.parametrize(
    ("count", "page", "following", "hints"),
    [
        (ISSUES_PER_PAGE, 3, None, ("4",)),
        (1, 3, None, ()),
        (ISSUES_PER_PAGE, 3, "", ()),
        (2, 1, "https://api.github.com/repositories/1/issues?per_page=2&page=2", ("2",)),
        (2, 1, "https://api.github.com/repositories/1/issues?page=5&per_page=2", ("5",)),
        (2, 1, "https://api.github.com/repositories/1/issues?after=Y3Vyc29y", ("2",)),
        (2, 3, "https://api.github.com/repositories/1/issues?page=1", ()),
        (2, MOST_PAGES, None, ()),
    ],
)
def test_the_next_page_is_that_of_the_header_link_or_follows_a_full_one(
    count: int, page: int, following: str | None, hints: tuple[str, ...]
) -> None:
    titles = (f"P{number} R0" for number in range(1, count + 1))
    assert ended(read_issues(issues(*titles), page, {}, following)).hints == hints


def test_what_is_no_list_of_issues_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        reading_of(b'{"message": "rate limit exceeded"}')


@pytest.mark.parametrize("body", [b"{}", b'[{"x": ' + b"[" * 100_000, b'[{"title": "\xff"}]'])
def test_a_body_that_cannot_be_read_is_a_page_that_failed(body: bytes) -> None:
    async def look() -> object:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(body)))
        tracker = PaperTracker("http://127.0.0.1:9/issues", 1.0, LIMITS, transport=transport)
        try:
            return await tracker.look(PageState(source=tracker.name, page="1"), NO_VALIDATORS, {}, NOON.date())
        finally:
            await tracker.close()

    assert isinstance(asyncio.run(look()), FetchFailed)


def test_groups_come_and_go_without_a_doubt() -> None:
    tally = ChangeTally()
    for number in range(1, 100):
        tally.add(a_paper(number, audience=("LEWG",)), a_paper(number), date(2025, 1, 1))
    page = PageState(source="paper tracker", page="1", entries=100)

    assert doubts(page, reading_of(issues(*(f"P{number} R10" for number in range(1, 101)))), tally) == ()


@pytest.mark.parametrize(
    "bad",
    [
        {"title": 5, "labels": []}, {"title": "P2 R0", "labels": "x"}, {"title": "P2 R0", "labels": [5]},
        {"title": "P2 R0", "labels": [{"name": 7}]}, {"title": ["x"]}, None, 5, "x", [],
    ],
)  # fmt: skip
def test_an_issue_that_cannot_be_read_is_skipped_and_counted(bad: object) -> None:
    reading = reading_of(msgspec.json.encode([bad, {"title": "P1 R0", "labels": [{"name": "SG16"}]}]))

    assert [each.paper.id for each in reading.candidates] == ["P0001R0"]
    assert (reading.bad, reading.unknown, reading.examples[0].id) == (1, 0, "issue 1 of page 1")


def test_an_issue_may_have_no_labels_and_a_pull_request_is_no_issue() -> None:
    fix = {"title": "P2 R0 fix", "pull_request": {"url": "x"}, "labels": []}
    reading = reading_of(msgspec.json.encode([{"title": "P1 R0", "labels": None}, fix, {"title": "P3 R0"}]))

    assert [(each.paper.id, each.paper.audience) for each in reading.candidates] == [("P0001R0", ()), ("P0003R0", ())]
    assert (reading.bad, reading.unknown) == (0, 1)
