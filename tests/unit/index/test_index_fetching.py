"""When the index is fetched next."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.index.fetching import LONGEST_WAIT, parse_retry_after, retry_delay

NOW = datetime(2025, 12, 4, 8, 0, tzinfo=UTC)


def test_retries_come_later_and_later_and_never_later_than_the_interval() -> None:
    assert [retry_delay(failures, 60.0, None) for failures in range(1, 7)] == [5, 10, 20, 40, 60, 60]


def test_a_short_interval_is_kept() -> None:
    assert retry_delay(9, 0.5, None) == 0.5


def test_what_the_server_asks_for_is_obeyed_up_to_a_day() -> None:
    assert retry_delay(1, 60.0, 3600.0) == 3600.0
    assert retry_delay(1, 60.0, 1e9) == LONGEST_WAIT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Thu, 04 Dec 2025 08:02:00 GMT", 120.0),
        ("Thu, 04 Dec 2025 07:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("Thu, 99 Dec 2025 08:02:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_a_strange_retry_after_harms_nobody(value: str) -> None:
    seconds = parse_retry_after(value, NOW)

    assert seconds is None or seconds >= 0


@given(st.integers(1, 10**9), st.floats(0.01, 1e6))
def test_a_delay_is_never_nothing_and_never_beyond_the_interval(failures: int, interval: float) -> None:
    assert 0 < retry_delay(failures, interval, None) <= interval
