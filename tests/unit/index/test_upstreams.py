"""How the sources treat us, for health."""

from actors.index.course import SourceCourse
from actors.index.fetch.client import FetchLimits
from actors.index.fetch.open_std import OpenStd
from actors.index.fetch.wg21link import Wg21Link
from actors.index.upstreams import reasons_of
from messages.health import HealthReason
from tests.builders import NOON


def courses() -> tuple[SourceCourse, SourceCourse]:
    limits = FetchLimits(timeout=1.0, max_bytes=1000, user_agent="x")
    first = Wg21Link(url="http://127.0.0.1:9/index.json", timeout=1.0, max_bytes=1000, user_agent="x")
    return SourceCourse(source=first), SourceCourse(source=OpenStd("http://127.0.0.1:9/papers/", 1.0, limits))


def reasons(*given: SourceCourse, is_loaded: bool) -> list[HealthReason]:
    return list(reasons_of(given, is_loaded=is_loaded))


def test_before_the_first_load_the_index_only_begins_until_it_fails() -> None:
    index, open_std = courses()
    assert [(each.text, each.is_beginning) for each in reasons(index, open_std, is_loaded=False)] == [
        ("index: not loaded yet", True)
    ]
    index.fail("index.json", "HTTP 500", NOON)
    assert [(each.text, each.is_beginning) for each in reasons(index, open_std, is_loaded=False)] == [
        ("index: not loaded yet: HTTP 500", False)
    ]


def test_what_was_loaded_and_fails_is_a_problem() -> None:
    index, open_std = courses()
    assert reasons(index, open_std, is_loaded=True) == []
    open_std.fail("", "HTTP 500", NOON)
    assert [each.is_beginning for each in reasons(index, open_std, is_loaded=True)] == [False]


def test_what_is_held_was_fetched() -> None:
    index, open_std = courses()
    open_std.hold("2031", "held back: 9 entries lost their title: P0001R0", NOON)
    (reason,) = reasons(index, open_std, is_loaded=True)

    assert reason.text == "open-std.org: held back since 2025-11-21 12:00 UTC: 9 entries lost their title: P0001R0"
    assert reason.urgent
