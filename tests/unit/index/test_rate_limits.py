"""How often a server may be asked, by the headers of its answers; and rounds of the tracker on a clock of the test."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import msgspec
import pytest

from actors.index.course import SourceCourse
from actors.index.fetch.client import FetchLimits
from actors.index.fetch.paper_tracker import PaperTracker
from actors.index.fetch.rate_limits import UNNAMED_PAUSE, pause_after_answer, pause_after_refusal
from actors.index.fetch.source import Source
from actors.index.model.fetching import FetchFailed, IndexValidators, NotModified, reachability_of
from actors.index.model.pages import NO_VALIDATORS, NewPage, PageState
from messages.activity import Reachability
from tests.builders import NOON

RESET = int(NOON.timestamp()) + 600
LIMITS = FetchLimits(timeout=60.0, max_bytes=10**6, user_agent="x")
URL = "https://api.github.example/repos/a/b/issues"


def limits(remaining: object, reset: object = RESET, **others: str) -> dict[str, str]:
    return {
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(reset),
    } | others


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, 0.0),
        (limits(1), 0.0),
        (limits(0), 600.0),
        (limits(0, RESET - 700), 0.0),
        (limits(0, "soon"), UNNAMED_PAUSE),
        (limits("none"), 0.0),
        (limits(0, date=format_datetime(NOON + timedelta(seconds=500), usegmt=True)), 100.0),
    ],
)
def test_after_the_last_request_of_the_limit_there_is_none_until_the_reset(
    headers: dict[str, str], pause: float
) -> None:
    assert pause_after_answer(headers, NOON) == pause


@pytest.mark.parametrize(
    ("status", "headers", "pause"),
    [
        (403, {}, None),
        (404, limits(0), None),
        (403, limits(0), 600.0),
        (429, limits(0), 600.0),
        (403, limits(30), UNNAMED_PAUSE),
        (403, limits(30, **{"retry-after": "7"}), 7.0),
        (503, {"retry-after": "7"}, 7.0),
    ],
)
def test_a_refusal_says_how_long_to_wait(status: int, headers: dict[str, str], pause: float | None) -> None:
    assert pause_after_refusal(status, headers, NOON) == pause


class Github:
    """A tracker of pages with two issues each; `answers` has a status and headers for the next requests."""

    def __init__(self, pages: int, *answers: tuple[int, dict[str, str]]) -> None:
        self.asked: list[httpx.Request] = []
        self._pages, self._answers = pages, list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        status, headers = self._answers.pop(0) if self._answers else (200, {})
        page = int(request.url.params["page"])
        if status == 200 and page < self._pages:
            after = request.url.copy_set_param("page", page + 1)
            headers = {**headers, "link": f'<{after}>; rel="next", <{request.url}>; rel="last"'}
        titles = [{"title": f"P{2 * page + place} R0", "labels": [{"name": "SG1"}]} for place in (0, 1)]
        body = b"" if status == 304 else msgspec.json.encode(titles if status == 200 else {"message": "no"})
        return httpx.Response(status, headers={"etag": f'"{page}"', **headers}, stream=httpx.ByteStream(body))


class Rounds:
    """Rounds of a tracker, without the actor, at the times of this clock."""

    def __init__(self, github: Github, token: str = "") -> None:
        self._source: Source = PaperTracker(URL, 3600.0, LIMITS, token, httpx.MockTransport(github))
        self.course = SourceCourse(source=self._source)
        self._states: dict[str, PageState] = {}
        self._clock = 0.0

    async def round(self) -> dict[str, float]:
        """The pages of a round, asked for from when it is due, each with the time."""
        self._clock = max(self._clock, self.course.due)
        asked: dict[str, float] = {}
        while (page := self.course.next_page(self._states.values(), NOON.date())) is not None:
            self._clock = max(self._clock, self.course.not_before)
            asked[page] = self._clock
            state = self._states.get(page, PageState(source=self._source.name, page=page))
            outcome = await self._source.look(state, state.validators, {}, NOON.date())
            if isinstance(outcome, FetchFailed):
                self.course.fail(page, outcome.reason, NOON)
                if self.course.is_over(outcome):
                    self.course.end_round(self._clock, is_holding=False, failure=outcome)
                    return asked
                continue
            self.course.pause(self._clock, outcome.pause)
            if isinstance(outcome, NewPage):
                self._states[page] = PageState(
                    source=self._source.name,
                    page=page,
                    validators=outcome.validators,
                    checked_at=NOON + timedelta(seconds=self._clock),
                    hints=outcome.reading.hints,
                )
            self.course.passed(page)
        self.course.end_round(self._clock, is_holding=False)
        return asked


def test_a_round_of_the_tracker_is_two_requests_and_every_page_has_its_turn() -> None:
    github = Github(4)

    async def rounds() -> list[str]:
        made = Rounds(github)
        return [" ".join(await made.round()) for _ in range(8)]

    asked = asyncio.run(rounds())

    assert asked == ["1 2", "1 3", "1 4", "1 2", "1 3", "1 4", "1 2", "1 3"]
    assert len(github.asked) == 8 * 2
    conditions = [request.headers.get("if-none-match", "") for request in github.asked[:8]]
    assert conditions == ["", "", '"1"', "", '"1"', "", '"1"', '"2"']


def test_when_no_request_is_left_the_round_goes_on_after_the_reset() -> None:
    reset = str(int(datetime.now(UTC).timestamp()) + 1000)
    github = Github(2, (200, limits(0, reset)))

    asked = asyncio.run(Rounds(github).round())

    assert asked["1"] == 0.0
    assert 900.0 < asked["2"] <= 1000.0


@pytest.mark.parametrize("status", [403, 429])
def test_a_tracker_that_refuses_is_left_alone_until_it_resets(status: int) -> None:
    reset = str(int(datetime.now(UTC).timestamp()) + 5000)
    github = Github(2, (status, limits(0, reset)))

    async def due() -> tuple[float, str]:
        made = Rounds(github)
        assert list(await made.round()) == ["1"]
        assert made.course.failing is not None
        return made.course.due, made.course.failing.reason

    seconds, reason = asyncio.run(due())

    assert 4900.0 < seconds <= 5000.0
    assert reachability_of(reason) is Reachability.THROTTLED


def test_an_answer_that_nothing_changed_may_be_the_last_of_the_limit() -> None:
    github = Github(1, (304, limits(0, str(int(datetime.now(UTC).timestamp()) + 1000))))

    async def outcome() -> object:
        tracker = PaperTracker(URL, 1.0, LIMITS, transport=httpx.MockTransport(github))
        known = PageState(source=tracker.name, page="1")
        page = f"{URL}?state=all&sort=updated&direction=desc&per_page=100&page=1"
        validators = IndexValidators(url=page, etag='"1"', last_modified=None)
        return await tracker.look(known, validators, {}, NOON.date())

    found = asyncio.run(outcome())

    assert isinstance(found, NotModified)
    assert 900.0 < found.pause <= 1000.0


def test_the_token_goes_to_the_tracker_and_nowhere_else() -> None:
    asked: list[httpx.Request] = []

    def moved(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 1:
            return httpx.Response(301, headers={"location": "https://api.github.example/repositories/1/issues"})
        if len(asked) == 2:
            return httpx.Response(302, headers={"location": "https://elsewhere.example/issues"})
        return httpx.Response(200, stream=httpx.ByteStream(b"[]"))

    async def look() -> object:
        allowed = FetchLimits(timeout=60.0, max_bytes=10**6, user_agent="x", redirect_hosts=("elsewhere.example",))
        tracker = PaperTracker(URL, 1.0, allowed, "ghp_hidden", httpx.MockTransport(moved))
        return await tracker.look(PageState(source=tracker.name, page="1"), NO_VALIDATORS, {}, NOON.date())

    assert isinstance(asyncio.run(look()), NewPage)
    assert [request.headers.get("authorization") for request in asked] == [
        "Bearer ghp_hidden",
        "Bearer ghp_hidden",
        None,
    ]
