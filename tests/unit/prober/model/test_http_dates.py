"""Last-Modified, and what is recent."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.prober.model.http_dates import Recency, recency_of
from tests.builders import NOON

DAY = 86_400.0


@given(st.none() | st.datetimes(timezones=st.just(UTC)))
def test_any_moment_is_recent_or_old(moment: datetime | None) -> None:
    assert recency_of(moment, now=NOON, within=DAY, missing_at=None) in Recency


def seen(last_modified: datetime | None, missing_at: datetime | None = None, within: float = DAY) -> Recency:
    return recency_of(last_modified, now=NOON, within=within, missing_at=missing_at)


def test_a_file_without_a_date_is_recent() -> None:
    assert seen(None) is Recency.RECENT


def test_a_file_is_recent_for_the_alert_window() -> None:
    assert seen(NOON - timedelta(hours=24)) is Recency.RECENT
    assert seen(NOON - timedelta(hours=24, seconds=1)) is Recency.OLD


def test_a_date_to_come_is_recent() -> None:
    assert seen(NOON + timedelta(days=4000)) is Recency.RECENT


def test_a_file_that_appeared_after_its_name_was_missing_is_recent_however_long_nobody_asked() -> None:
    week_ago = NOON - timedelta(days=7)
    assert seen(week_ago, missing_at=week_ago - timedelta(hours=1)) is Recency.RECENT
    assert seen(week_ago, missing_at=week_ago + timedelta(hours=1)) is Recency.OLD


def test_no_window_is_too_long() -> None:
    assert seen(datetime(1, 1, 1, tzinfo=UTC), within=1e18) is Recency.RECENT
