"""Last-Modified, and what is recent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.model.http_dates import Appearance, appearance, parse_http_date
from tests.builders import NOON

DAY = 86_400.0


@pytest.mark.parametrize(
    "text",
    ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
     "Sun, 06 Nov 1994 10:49:37 +0200", "  Sun, 06 Nov 1994 08:49:37 GMT "],
)  # fmt: skip
def test_every_form_of_a_date_is_read(text: str) -> None:
    assert parse_http_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "0", "-1", "99999999999999999999", "Sun, 31 Feb 2025 00:00:00 GMT",
     "Mon, 01 Jan 10000 00:00:00 GMT", "Mon, 01 Jan 2025 99:00:00 GMT", "Mon, 01 Jan -001 00:00:00 GMT",
     "\x00\xff\ud800", "日曜日, 06 11月 2025", "Mon, 01 Jan 2025 00:00:00 +9999999999"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_http_date(text) is None


def test_absurd_but_possible_dates_are_taken_at_their_word() -> None:
    assert parse_http_date("Mon, 01 Jan 0001 00:00:00 GMT") == datetime(1, 1, 1, tzinfo=UTC)
    assert parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT") == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(
    st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} -?\d{1,6} \d+:\d+:\d+ ([A-Z]{1,4}|[+-]\d{1,12})")
)
def test_any_text_gives_an_aware_moment_or_none(text: str) -> None:
    parsed = parse_http_date(text)
    assert parsed is None or parsed.utcoffset() == timedelta(0)
    assert appearance(parsed, now=NOON, within=DAY, missing_at=None) in Appearance


def seen(last_modified: datetime | None, missing_at: datetime | None = None, within: float = DAY) -> Appearance:
    return appearance(last_modified, now=NOON, within=within, missing_at=missing_at)


def test_a_file_without_a_date_is_recent() -> None:
    assert seen(None) is Appearance.RECENT


def test_a_file_is_recent_for_the_alert_window() -> None:
    assert seen(NOON - timedelta(hours=24)) is Appearance.RECENT
    assert seen(NOON - timedelta(hours=24, seconds=1)) is Appearance.OLD


def test_a_date_to_come_is_recent() -> None:
    assert seen(NOON + timedelta(days=4000)) is Appearance.RECENT


def test_a_file_that_appeared_after_its_name_was_missing_is_recent_however_long_nobody_asked() -> None:
    week_ago = NOON - timedelta(days=7)
    assert seen(week_ago, missing_at=week_ago - timedelta(hours=1)) is Appearance.RECENT
    assert seen(week_ago, missing_at=week_ago + timedelta(hours=1)) is Appearance.OLD


def test_no_window_is_too_long() -> None:
    assert seen(datetime(1, 1, 1, tzinfo=UTC), within=1e18) is Appearance.RECENT
