"""When the index is fetched next."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from actors.index.model.fetching import LONGEST_WAIT, retry_delay

NOW = datetime(2025, 12, 4, 8, 0, tzinfo=UTC)


def test_retries_come_later_and_later_and_never_later_than_the_interval() -> None:
    assert [retry_delay(failures, 60.0, None) for failures in range(1, 7)] == [5, 10, 20, 40, 60, 60]


def test_a_short_interval_is_kept() -> None:
    assert retry_delay(9, 0.5, None) == 0.5


def test_what_the_server_asks_for_is_obeyed_up_to_a_day() -> None:
    assert retry_delay(1, 60.0, 3600.0) == 3600.0
    assert retry_delay(1, 60.0, 1e9) == LONGEST_WAIT


@given(st.integers(1, 10**9), st.floats(0.01, 1e6))
def test_a_delay_is_never_nothing_and_never_beyond_the_interval(failures: int, interval: float) -> None:
    assert 0 < retry_delay(failures, interval, None) <= interval
