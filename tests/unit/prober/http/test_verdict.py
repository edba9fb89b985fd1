"""What one answer says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.http.verdict import HttpAnswer, judge, parse_etag, parse_length, why
from messages.drafts import Extension
from messages.probing import Verdict

PDF, HTML = Extension.PDF, Extension.HTML


def answered(status: int, content_type: str = "", **fields: Any) -> HttpAnswer:
    plain: dict[str, Any] = {"length": 1000, "retry_after": None, "etag": "", "last_modified": "", "redirect": ""}
    return HttpAnswer(status=status, content_type=content_type, **(plain | fields))


@pytest.mark.parametrize(
    ("answer", "extension", "verdict"),
    [
        (answered(200, "application/pdf"), PDF, Verdict.HIT),
        (answered(200), PDF, Verdict.HIT),
        (answered(206, "application/octet-stream"), PDF, Verdict.HIT),
        (answered(200, "text/html"), HTML, Verdict.HIT),
        (answered(200, "application/xhtml+xml", length=None), HTML, Verdict.HIT),
        (answered(200, "Text/HTML; charset=utf-8"), PDF, Verdict.SUSPICIOUS),
        (answered(200, "application/pdf"), HTML, Verdict.SUSPICIOUS),
        (answered(200, "application/json"), HTML, Verdict.SUSPICIOUS),
        (answered(200, "image/png"), PDF, Verdict.SUSPICIOUS),
        (answered(200, "application/pdf", length=0), PDF, Verdict.SUSPICIOUS),
        (answered(416), PDF, Verdict.SUSPICIOUS),
        *((answered(status, redirect="https://x/"), PDF, Verdict.SUSPICIOUS) for status in (301, 302, 303, 307, 308)),
        (answered(304), PDF, Verdict.UNCHANGED),
        (answered(404, "text/html"), PDF, Verdict.MISSING),
        (answered(410), HTML, Verdict.MISSING),
        (answered(429), PDF, Verdict.THROTTLED),
        (answered(429, retry_after=3.0), PDF, Verdict.THROTTLED),
        (answered(503, retry_after=3.0), PDF, Verdict.THROTTLED),
        (answered(503), PDF, Verdict.BROKEN),
        *((answered(status), PDF, Verdict.BLOCKED) for status in (401, 403, 407, 451)),
        *((answered(status), PDF, Verdict.BROKEN) for status in (204, 300, 400, 405, 408, 500, 501, 502, 504)),
    ],
)
def test_each_answer_has_its_verdict(answer: HttpAnswer, extension: Extension, verdict: Verdict) -> None:
    assert judge(answer, extension) is verdict
    said = why(answer, extension, verdict)
    assert (said == "") is (verdict in (Verdict.HIT, Verdict.MISSING, Verdict.UNCHANGED))


answers = st.builds(
    HttpAnswer,
    status=st.integers(100, 999),
    content_type=st.text(),
    length=st.none() | st.integers(0, 10**15),
    retry_after=st.none() | st.floats(0, 1e6),
    etag=st.text(),
    last_modified=st.text(),
    redirect=st.text(),
)


@given(answers, st.sampled_from(Extension))
def test_only_what_the_server_said_is_missing_is_a_miss(answer: HttpAnswer, extension: Extension) -> None:
    verdict = judge(answer, extension)
    assert (verdict is Verdict.MISSING) == (answer.status in (404, 410))
    assert verdict is not Verdict.HIT or answer.status in (200, 206)
    why(answer, extension, verdict)


@given(st.text())
def test_any_length_is_a_number_of_bytes_or_none(text: str) -> None:
    length = parse_length(text)
    assert length is None or 0 <= length < 2**63
    assert parse_length("1234") == 1234


@given(st.text())
def test_an_etag_can_be_sent_back_as_it_came(text: str) -> None:
    etag = parse_etag(text)
    assert etag is None or (etag == text.strip() and etag.isprintable())
    assert parse_etag(' W/"a-1" ') == 'W/"a-1"'
