"""Headers that the prober, the index and the notifier read alike."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.http_headers import parse_http_date, parse_retry_after
from tests.builders import NOON


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


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Fri, 21 Nov 2025 12:02:00 GMT", 120.0),
        ("Fri, 21 Nov 2025 11:00:00 GMT", 0.0),
        ("1.5", 1.5),
        ("60s", 60.0),
        ("60 seconds", 60.0),
        ('"60"', 60.0),
        ("60, 120", 120.0),
        (str(NOON.timestamp() + 60), 60.0),
        (f"{(NOON.timestamp() + 60) * 1000:.0f}", 60.0),
        ("2025-11-21T12:02:00Z", 120.0),
        ("2025-11-21T14:02:00.5+02:00", 120.5),
        ("2025-11-21T11:00:00Z", 0.0),
        ("9999-12-31T23:59:59-23:59", 7 * 86_400.0),
        ("60,", 60.0),
        (", 60 ,, 30", 60.0),
        (",", None),
        ("2025-11-21T12:02:00", None),
        ("2025-11-31T12:02:00Z", None),
        ("-5", None),
        ("1e3", None),
        ("soon", None),
        ("²", None),
        ("Thu, 99 Dec 2025 08:02:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOON) == seconds


def test_retry_after_is_read_in_both_forms() -> None:
    assert parse_retry_after("120", NOON) == 120.0
    assert parse_retry_after(format_datetime(NOON + timedelta(seconds=90), usegmt=True), NOON) == 90.0
    assert parse_retry_after(format_datetime(NOON - timedelta(seconds=90), usegmt=True), NOON) == 0.0


def test_retry_after_is_at_most_a_week() -> None:
    assert parse_retry_after("9" * 5000, NOON) == 7 * 86_400.0
    assert parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", NOON) == 7 * 86_400.0


@given(st.text())
def test_any_retry_after_is_a_wait_or_none(text: str) -> None:
    wait = parse_retry_after(text, NOON)
    assert wait is None or 0 <= wait <= 7 * 86_400
