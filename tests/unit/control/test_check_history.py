"""The history of a check, asked for in messages of a bounded size."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actors.control.checks import answer_about_checks
from actors.control.protocol import ControlRequest
from messages.checks import MOST_LISTED_RESULTS, ChecksListed, CheckState, CheckSummary, ListChecks
from tests.builders import NOON, settings
from tests.check_builders import a_check, a_result

SUMMARY = CheckSummary(name="site", group="", status=CheckState.UP, since=None, last_at=None, duration=None, error="")


class Checks:
    """Answers as the ChecksActor does, of a check that has run so often, and runs again before each question."""

    def __init__(self, runs: int) -> None:
        self.results = [replace(a_result(), at=NOON - timedelta(seconds=place)) for place in range(runs)]
        self.sizes: list[int] = []

    async def answer(self, name: str, query: ListChecks) -> ChecksListed:
        fit = [each for each in self.results if query.until is None or each.at <= query.until]
        history = tuple(fit[query.skip : query.skip + min(query.limit, MOST_LISTED_RESULTS)])
        self.results.insert(0, replace(self.results[0], at=self.results[0].at + timedelta(seconds=1)))
        self.sizes.append(len(history))
        return ChecksListed(request_id=query.request_id, checks=(SUMMARY,), history=history, definition=a_check())


@pytest.mark.parametrize("runs", [1, MOST_LISTED_RESULTS, MOST_LISTED_RESULTS + 1, 3 * MOST_LISTED_RESULTS])
@pytest.mark.parametrize("limit", [50, 20_000])
def test_a_history_of_any_length_comes_in_small_messages_without_a_gap_or_a_repetition(runs: int, limit: int) -> None:
    checks: Any = Checks(runs)
    known = checks.results[:limit]
    request = ControlRequest(op="checks", text="site", limit=limit)
    answer: Any = asyncio.run(answer_about_checks(checks, request, settings(checks=(a_check(),))))
    assert answer.ok
    assert [each.at for each in answer.result["history"]] == [each.at for each in known]
    assert max(checks.sizes) <= MOST_LISTED_RESULTS
