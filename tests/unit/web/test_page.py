"""The page's templates: what comes from outside is text."""

import gzip
from datetime import timedelta
from random import Random
from string import ascii_lowercase

import pytest

from actors.web.model import phrases
from actors.web.model.building import draft_view, paper_view
from actors.web.model.views import ActorView, HealthView, NumberView
from actors.web.page import assets
from actors.web.page.rendering import PageRenderer
from actors.web.server.parts import PARTS, SHOWN_DRAFTS, SHOWN_PAPERS
from messages.drafts import Draft
from messages.papers import Paper
from tests.builders import NOON, a_paper
from tests.reading_builders import draft_called

EVIL = '<script>alert("x")</script> & </title>'
ABOUT = {"version": "1", "is_public": False, "beside": ""}
HEALTH = HealthView(
    state="silent",
    headline="notifier does not answer.",
    reasons=(EVIL,),
    actors=(
        ActorView(name="notifier", state="silent", told_at=NOON, reasons=(EVIL,), restarted_at=None),
        ActorView(name="index", state="well", told_at=None, reasons=(), restarted_at=NOON),
    ),
    started_at=NOON,
    leader="",
)


def rendered(name: str, **values: object) -> str:
    return PageRenderer().render(name, **{**ABOUT, "as_of": None, "words": EVIL, **values})


def test_what_drafts_and_papers_say_is_escaped() -> None:
    draft = draft_view(draft_called("D1R1", predecessor=a_paper(title=EVIL, authors=(EVIL,))), None, None)
    paper = paper_view(a_paper(title=EVIL, authors=(EVIL,), url="javascript:alert(1)"), NOON, True)
    number = NumberView(number=1, papers=(paper,), drafts=(draft,), schedule=None, as_of=None)
    pages = (
        rendered("drafts.html", number=None, drafts=[draft], more=0),
        rendered("drafts.html", number=None, drafts=[], more=0),
        rendered("papers.html", papers=[paper], is_cut=False),
        rendered("status.html", health=HEALTH),
        rendered("number.html", view=number),
    )
    for page in pages:
        assert "<script>alert" not in page
        assert "javascript:" not in page
    assert "&lt;script&gt;" in pages[0]


def test_a_silent_actor_and_a_restarted_one_are_marked() -> None:
    status = rendered("status.html", health=HEALTH)
    assert '<li class="silent">' in status
    assert '<li class="well restarted">' in status


def test_a_public_page_says_nothing_of_errors_users_or_slack() -> None:
    status = rendered("status.html", health=HEALTH, is_public=True)
    assert "Some of this may be out of date." in status
    assert "notifier" not in status
    card = rendered(
        "drafts.html", number=None, drafts=[draft_view(draft_called("D1R1"), NOON, None)], more=0, is_public=True
    )
    assert "Told" not in card


def test_what_is_old_says_how_old_it_is() -> None:
    page = rendered("drafts.html", number=None, drafts=[], more=0, as_of=NOON)
    assert "An actor does not answer: this is as it was" in page
    assert "2025-11-21 12:00 UTC" in page


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, ""), (0.42, "0.4 s"), (42, "42 s"), (720, "12 min"), (12_000, "3 h 20 min"), (7_200, "2 h"),
        (777_600, "9 days"), (1.0, "1 s"), (9.96, "10 s"), (59.7, "1 min"), (3599, "1 h"),
    ],
)  # fmt: skip
def test_durations_are_written_as_people_say_them(seconds: float | None, expected: str) -> None:
    assert phrases.duration(seconds) == expected


@pytest.mark.parametrize(
    ("a_day", "expected"),
    [
        (0.0, "hardly ever"), (1e-9, "hardly ever"), (0.0001, "once in 27 years"), (0.0023, "once in 14 months"),
        (0.03, "once in 33 days"), (1.0, "once a day"), (1.45, "once a day"), (3.1, "3 times a day"),
    ],
)  # fmt: skip
def test_a_rate_is_how_often_a_draft_comes(a_day: float, expected: str) -> None:
    assert phrases.chance(a_day) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 0, "0 %"), (1, 8, "12 %"), (1, 200, "less than 1 %"), (8762, 8797, "more than 99 %"), (7, 7, "100 %")],
)
def test_only_all_of_it_is_100_percent(part: int, whole: int, expected: str) -> None:
    assert phrases.share(part, whole) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(None, ""), (1, "1 byte"), (812, "812 bytes"), (999_900, "1.0 MB"), (40_000, "40 kB")]
)
def test_sizes_have_a_unit_that_fits(number: int | None, expected: str) -> None:
    assert phrases.size(number) == expected


def test_no_file_refers_to_another_place_and_all_are_small() -> None:
    files = assets.load()
    assert {"htmx.LICENSE.txt", "uplot.LICENSE.txt", "pico.LICENSE.md", "htmx.min.js", "page.js"} <= set(files)
    for name in ("page.js", "page.css"):
        assert b"http" not in files[name].content.replace(b"http://www.w3.org", b"")
    assert all(len(asset.content) < 90_000 for asset in files.values())


VENDORED_GZIPPED_BYTES, OWN_GZIPPED_BYTES, PAGE_GZIPPED_BYTES = 50_000, 7_000, 12_000


def gzipped(*contents: bytes) -> int:
    """As a browser gets them: each with zlib's usual level."""
    return sum(len(gzip.compress(content, 6)) for content in contents)


def test_the_page_weighs_what_the_documents_say() -> None:
    files = {name: asset.content for name, asset in assets.load().items() if name.endswith((".js", ".css", ".svg"))}
    own = {name for name in files if name.startswith(("page.", "callboard."))}
    vendored = gzipped(*(content for name, content in files.items() if name not in own))
    ours = gzipped(*(files[name] for name in own))
    random = Random(1)
    drafts = [draft_view(a_found_draft(number, random), None, None) for number in range(2000, 2000 + SHOWN_DRAFTS)]
    papers = [paper_view(a_long_paper(number, random), NOON, True) for number in range(3000, 3000 + SHOWN_PAPERS)]
    parts = {name: "" for name in PARTS} | {
        "drafts": rendered("drafts.html", number=None, drafts=drafts, more=0),
        "papers": rendered("papers.html", papers=papers, is_cut=True),
        "status": rendered("status.html", health=HEALTH),
    }
    html = gzipped(rendered("page.html", parts=parts, has_checks=True, longest=100).encode())

    print(f"gzipped: vendored {vendored:,}, own {ours:,}, HTML {html:,}, together {vendored + ours + html:,} bytes")
    assert vendored < VENDORED_GZIPPED_BYTES
    assert ours < OWN_GZIPPED_BYTES
    assert html < PAGE_GZIPPED_BYTES


def a_long_paper(number: int, random: Random) -> Paper:
    """With words that do not compress as repetitions do."""
    words = ["".join(random.choices(ascii_lowercase, k=random.randint(2, 10))) for _ in range(14)]
    return a_paper(number, title=" ".join(words[:8]), authors=(" ".join(words[8:10]), " ".join(words[10:12])))


def a_found_draft(number: int, random: Random) -> Draft:
    return draft_called(f"D{number}R1", predecessor=a_long_paper(number, random))


def test_the_time_is_there_for_programs_and_for_people() -> None:
    assert phrases.moment(NOON + timedelta(minutes=5)) == (
        '<time datetime="2025-11-21T12:05:00Z">2025-11-21 12:05 UTC</time>'
    )
