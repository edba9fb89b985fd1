"""A source's rounds, by a source that says which pages it wants."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from actors.index.course import MOST_FAILED_PAGES, SourceCourse
from actors.index.fetch.client import FetchLimits
from actors.index.fetch.open_std import OpenStd
from actors.index.model.fetching import FetchFailed, IndexValidators
from actors.index.model.pages import NO_VALIDATORS, HeldPage, NewPage, PageState
from tests.builders import NOON

INTERVAL = 600.0
REFUSED = FetchFailed(reason="HTTP 500 from a.example")
THROTTLED = FetchFailed(reason="HTTP 429 from a.example")
PAUSED = FetchFailed(reason="HTTP 503 from a.example", retry_after=3600.0)
HELD = HeldPage(since=NOON, why="shrunk", digest=1, entries=1, validators=NO_VALIDATORS)


class Wanted:
    """A source that wants these pages, and the older ones that it does not know."""

    def __init__(self, *pages: str, older: Sequence[str] = (), older_interval: float = INTERVAL) -> None:
        self.name, self.interval, self.older_interval, self.is_first = "somewhere", INTERVAL, older_interval, False
        self._pages, self._older = pages, older

    def pages(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        return self._pages

    def older(self, known: Mapping[str, PageState], today: date) -> Sequence[str]:
        return [page for page in self._older if page not in known]

    async def look(
        self, page: PageState, asked: IndexValidators, known: Mapping[str, int], today: date
    ) -> FetchFailed | NewPage:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


MINUTE = 60.0


def a_course(*pages: str, older: Sequence[str] = (), older_interval: float = INTERVAL) -> SourceCourse:
    return SourceCourse(source=Wanted(*pages, older=older, older_interval=older_interval))


def a_round(
    course: SourceCourse, fails: Callable[[str], FetchFailed | None], states: Iterable[PageState] = (), now: float = 0.0
) -> list[str]:
    """The pages that were asked for in one round, which begins at `now`."""
    asked: list[str] = []
    states = list(states)
    while (page := course.next_page(states, NOON.date())) is not None:
        asked.append(page)
        if (failure := fails(page)) is None:
            course.passed(page)
            states.append(PageState(source=course.source.name, page=page, checked_at=NOON))
            continue
        course.fail(page, failure.reason, NOON)
        if course.is_over(failure):
            course.end_round(now, is_holding=False, failure=failure)
            return asked
    course.end_round(now, is_holding=False)
    return asked


def well(page: str) -> None:
    return None


def fails(*pages: str, by: FetchFailed = REFUSED) -> Callable[[str], FetchFailed | None]:
    return lambda page: by if page in pages else None


def test_a_page_that_fails_is_done_for_the_round_and_the_others_go_on() -> None:
    course = a_course("1", "2", "3")

    assert a_round(course, fails("1")) == ["1", "2", "3"]
    assert (course.due, course.failing and course.failing.reason) == (5.0, REFUSED.reason)
    assert a_round(course, fails("1")) == ["2", "3", "1"]
    assert course.due == 10.0
    assert a_round(course, well) == ["2", "3", "1"]
    assert (course.due, course.failing) == (INTERVAL, None)


def test_several_failures_of_one_round_count_once_for_the_delay() -> None:
    course = a_course("1", "2", "3")

    a_round(course, fails("1", "2"))

    assert course.due == 5.0
    assert course.failing
    assert course.failing.times == 1


def test_a_round_asks_for_one_older_page_and_for_one_that_failed_when_no_other_is_left() -> None:
    course = a_course("1", older=("2020", "2019", "2018"))
    states: list[PageState] = []

    rounds = []
    for _ in range(5):
        asked = a_round(course, fails("2020"), states)
        rounds.append(asked)
        states += [PageState(source="somewhere", page=page, checked_at=NOON) for page in asked if page != "2020"]

    assert rounds == [["1", "2020"], ["1", "2019"], ["1", "2018"], ["1", "2020"], ["1", "2020"]]
    assert a_round(course, well, states) == ["1", "2020"]


def days_work(
    course: SourceCourse, rounds: int, fail: Callable[[str], FetchFailed | None] = lambda _: None
) -> list[tuple[float, list[str]]]:
    """When each of the next rounds began, and what it asked for."""
    states: list[PageState] = []
    found = []
    for _ in range(rounds):
        at = course.due
        asked = a_round(course, fail, states, now=at)
        states += [PageState(source="somewhere", page=page, checked_at=NOON) for page in asked if not fail(page)]
        found.append((at, asked))
    return found


def test_older_pages_come_one_a_minute_between_the_rounds_until_all_are_there() -> None:
    course = a_course("1", older=[str(year) for year in range(2020, 2006, -1)], older_interval=MINUTE)

    rounds = days_work(course, 15)

    assert rounds[0] == (0.0, ["1", "2020"])
    assert rounds[1:10] == [(minute * MINUTE, [str(2020 - minute)]) for minute in range(1, 10)]
    assert rounds[10] == (INTERVAL, ["1", "2010"])
    assert rounds[11:14] == [(INTERVAL + MINUTE * late, [str(2010 - late)]) for late in (1, 2, 3)]
    assert rounds[14] == (2 * INTERVAL, ["1"])


def test_an_older_page_that_fails_ends_the_extra_rounds_until_a_whole_one_went_well() -> None:
    course = a_course("1", older=("2020", "2019", "2018", "2017"), older_interval=MINUTE)

    rounds = days_work(course, 4, fails("2019"))

    assert rounds[:3] == [(0.0, ["1", "2020"]), (MINUTE, ["2019"]), (MINUTE + 5.0, ["1", "2018"])]
    assert rounds[3] == (2 * MINUTE + 5.0, ["2017"])


def test_while_a_page_is_held_there_are_no_extra_rounds() -> None:
    course = a_course("1", older=("2020", "2019"), older_interval=MINUTE)
    course.next_page([], NOON.date())
    course.hold("1", "held back: shrunk", NOON)
    course.next_page([], NOON.date())
    course.passed("2020")

    course.end_round(0.0, is_holding=True)

    assert course.due == INTERVAL


def test_a_page_that_is_accepted_between_rounds_begins_a_whole_one() -> None:
    course = a_course("1", older=("2020", "2019"), older_interval=MINUTE)
    a_round(course, well)

    course.ask_soon("1")

    assert (course.due, course.next_page([], NOON.date())) == (0.0, "1")


def test_a_round_with_a_held_older_page_asks_for_no_other() -> None:
    course = a_course("1", older=("2020", "2019"))
    held = PageState(source="somewhere", page="2020", held=HELD)

    assert a_round(course, well, [held]) == ["1", "2020"]


def test_what_is_left_of_a_round_waits_for_the_host() -> None:
    course = a_course("1", "2")
    course.next_page([], NOON.date())
    course.pause(100.0, 3000.0)
    course.passed("1")

    assert course.not_before == 3100.0
    course.ask_soon("1")
    assert course.due == 3100.0
    course.end_round(200.0, is_holding=False)
    assert course.due == 3100.0
    course.end_round(3000.0, is_holding=False)
    assert course.due == 3000.0 + INTERVAL


@pytest.mark.parametrize(("failure", "due"), [(THROTTLED, 5.0), (PAUSED, 3600.0)])
def test_a_host_that_throttles_gets_no_more_requests_in_the_round(failure: FetchFailed, due: float) -> None:
    course = a_course("1", "2", "3")

    assert a_round(course, fails("1", by=failure)) == ["1"]
    assert course.due == due
    course.ask_soon("2")
    assert course.due == due
    assert a_round(course, fails("1", by=failure)) == ["2", "3", "1"]


def test_a_host_that_fails_for_all_pages_is_not_asked_for_all_of_them() -> None:
    course = a_course(*"123456789")

    asked = a_round(course, lambda _: REFUSED)

    assert asked == ["1", "2", "3"][:MOST_FAILED_PAGES]
    assert a_round(course, lambda _: REFUSED) == ["4", "5", "6"]


def test_a_held_page_is_in_every_round() -> None:
    course = a_course("1")
    held = PageState(source="somewhere", page="9", checked_at=NOON, held=HELD)
    other = replace(held, source="elsewhere", page="8")

    assert a_round(course, well, [held, other]) == ["1", "9"]
    assert a_round(course, fails("9"), [held]) == ["1", "9"]


APRIL = date(2026, 4, 1)


def listed(page: str, *hints: str, checked: date = APRIL) -> PageState:
    at = datetime(checked.year, checked.month, checked.day, tzinfo=UTC)
    return PageState(source="open-std.org", page=page, checked_at=at, hints=hints)


def of_open_std() -> SourceCourse:
    limits = FetchLimits(timeout=1.0, max_bytes=1000, user_agent="x")
    return SourceCourse(source=OpenStd("http://127.0.0.1:9/papers/", 1.0, limits))


def test_last_years_page_is_fetched_after_march_while_it_is_held() -> None:
    course = of_open_std()
    known = [listed(""), listed("2025"), listed("2026")]
    for page in ("", "2026"):
        course.passed(page)

    assert course.next_page(known, APRIL) is None
    assert course.next_page([known[0], replace(known[1], held=HELD), known[2]], APRIL) == "2025"


def test_a_year_that_was_not_seen_to_its_end_is_looked_at_once_more() -> None:
    course = of_open_std()
    root = listed("", "2026", "2025", "2024", "2023")
    seen = [listed("2026"), listed("2024", checked=date(2025, 4, 1)), listed("2023", checked=date(2024, 1, 1))]

    assert course.source.older({state.page: state for state in (root, *seen)}, APRIL) == ("2025", "2023")
    assert course.source.older({state.page: state for state in (root, listed("2025"), *seen[:2])}, APRIL) == ("2023",)


def test_older_years_are_asked_for_one_a_minute_or_so_often_as_the_rounds() -> None:
    limits = FetchLimits(timeout=1.0, max_bytes=1000, user_agent="x")

    assert OpenStd("http://127.0.0.1:9/papers/", 1800.0, limits).older_interval == MINUTE
    assert of_open_std().source.older_interval == of_open_std().source.interval


def test_a_root_that_lists_years_to_come_makes_no_more_requests() -> None:
    root = listed("", *map(str, range(2026, 2090)))

    assert of_open_std().source.pages({"": root}, APRIL) == ("", "2027", "2026")
    assert of_open_std().source.older({"": root}, APRIL) == ()


def test_a_round_with_a_held_page_ends_as_failing_and_is_due_as_usual() -> None:
    course = a_course("1", "2")
    course.next_page([], NOON.date())
    course.hold("1", "held back: shrunk", NOON)
    course.fail("2", REFUSED.reason, NOON)
    assert course.failing
    assert (course.failing.reason, course.failing.times) == ("held back: shrunk", 1)
    course.end_round(0.0, is_holding=True)
    course.hold("1", "held back: shrunk", NOON)
    course.end_round(0.0, is_holding=True)

    assert (course.due, course.failing.times) == (INTERVAL, 2)


def test_a_held_page_that_is_accepted_is_asked_for_at_once() -> None:
    course = a_course("1", "2")
    a_round(course, well)
    course.done = {"1", "2"}

    course.ask_soon("2")

    assert (course.due, course.next_page([], NOON.date())) == (0.0, "2")


def test_what_raises_puts_its_source_off() -> None:
    course = a_course("1", "2")
    course.next_page([], NOON.date())

    course.fail(course.asking, "KeyError: 1", NOON)
    course.end_round(100.0, is_holding=False)

    assert course.due == 105.0
    assert a_round(course, well) == ["2", "1"]
