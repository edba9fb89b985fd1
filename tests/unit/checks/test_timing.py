"""When checks run: spread, in their rhythm, sooner while a failure is not confirmed."""

from dataclasses import replace

from actors.checks.model.standing import CheckStanding
from actors.checks.schedule.timing import JITTER, LONGEST_FIRST_SECONDS, first_delay, next_delay
from messages.checks import CheckState
from tests.check_builders import a_check

FRESH = CheckStanding(key="site")


def test_first_runs_are_spread_over_the_interval() -> None:
    delays = sorted(first_delay(a_check(f"check {number}")) for number in range(600))
    tenths = [sum(lower * 6 <= delay < (lower + 1) * 6 for delay in delays) for lower in range(10)]
    assert sum(tenths) == 600
    assert min(tenths) > 30


def test_a_check_that_runs_rarely_runs_soon_after_the_start() -> None:
    assert all(first_delay(a_check(str(number), interval=86400.0)) <= LONGEST_FIRST_SECONDS for number in range(100))


def test_runs_keep_their_rhythm_but_for_a_little() -> None:
    delays = [next_delay(a_check(), FRESH, generation) for generation in range(1000)]
    assert 60 * (1 - JITTER) <= min(delays) < 60 < max(delays) <= 60 * (1 + JITTER)
    assert abs(sum(delays) / len(delays) - 60) < 0.1


def test_a_failure_is_looked_at_again_sooner_until_the_check_is_down() -> None:
    check = a_check(retry_interval=5.0)
    assert next_delay(check, replace(FRESH, failed=1), 1) < 6
    assert next_delay(check, replace(FRESH, failed=3, state=CheckState.DOWN), 1) > 50
