"""What one answer says."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.verdict import judge, parse_length, parse_retry_after
from messages.drafts import Extension
from messages.probing import Verdict
from tests.builders import NOON

PDF, HTML = Extension.PDF, Extension.HTML


@pytest.mark.parametrize(
    ("status", "extension", "content_type", "retry_after", "verdict"),
    [
        (200, PDF, "application/pdf", None, Verdict.HIT),
        (200, PDF, "", None, Verdict.HIT),
        (206, PDF, "application/octet-stream", None, Verdict.HIT),
        (200, PDF, "Text/HTML; charset=utf-8", None, Verdict.ERROR),
        (200, HTML, "text/html", None, Verdict.HIT),
        (404, PDF, "text/html", None, Verdict.MISSING),
        (410, HTML, "", None, Verdict.MISSING),
        (429, PDF, "", None, Verdict.THROTTLED),
        (429, PDF, "", 3.0, Verdict.THROTTLED),
        (503, PDF, "", 3.0, Verdict.THROTTLED),
        (503, PDF, "", None, Verdict.ERROR),
        *((status, PDF, "", None, Verdict.ERROR) for status in (204, 301, 302, 304, 307, 401, 403, 405, 500, 501, 502)),
    ],
)
def test_only_what_the_server_said_is_missing_is_a_miss(
    status: int, extension: Extension, content_type: str, retry_after: float | None, verdict: Verdict
) -> None:
    assert judge(status, extension, content_type, retry_after) is verdict


@given(st.integers(100, 999), st.sampled_from(Extension), st.text(), st.none() | st.floats(0, 1e6))
def test_every_status_has_a_verdict(status: int, extension: Extension, kind: str, retry_after: float | None) -> None:
    assert (judge(status, extension, kind, retry_after) is Verdict.MISSING) == (status in (404, 410))


def test_retry_after_is_read_in_both_forms() -> None:
    assert parse_retry_after("120", NOON) == 120.0
    assert parse_retry_after(format_datetime(NOON + timedelta(seconds=90), usegmt=True), NOON) == 90.0
    assert parse_retry_after(format_datetime(NOON - timedelta(seconds=90), usegmt=True), NOON) == 0.0


def test_retry_after_is_at_most_a_day() -> None:
    assert parse_retry_after("9" * 5000, NOON) == 86_400.0
    assert parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", NOON) == 86_400.0


@given(st.text())
def test_any_retry_after_is_a_wait_or_none(text: str) -> None:
    wait = parse_retry_after(text, NOON)
    assert wait is None or 0 <= wait <= 86_400


@given(st.text())
def test_any_length_is_a_number_of_bytes_or_none(text: str) -> None:
    length = parse_length(text)
    assert length is None or 0 <= length < 2**63
    assert parse_length("1234") == 1234
