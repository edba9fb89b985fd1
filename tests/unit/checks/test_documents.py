"""JSON documents of pages: metrics, and the health of a Callboard."""

import json
from typing import Any

import pytest

from actors.checks.conditions.evaluate import Evidence, evaluate
from actors.checks.conditions.grammar import parse_condition
from actors.checks.conditions.metrics import MetricRefused, MetricValue, metric_condition
from actors.checks.kinds.documents import health_address, own_address, with_health, with_metrics
from actors.checks.kinds.findings import CheckFinding, WeightedCondition, verdict_of
from messages.check_definitions import Severity
from messages.checks import CheckVerdict


def a_page(body: str, status: int = 200) -> CheckFinding:
    return CheckFinding(evidence=Evidence(connected=True, status=status, body=body))


def holds(document: Any, path: str, sign: str, value: MetricValue) -> bool:
    condition = parse_condition(metric_condition(path, sign, value))
    (outcome,) = evaluate([condition], Evidence(connected=True, body=json.dumps(document)))
    return outcome.holds


DOCUMENT = {"load": [0.5, 7], "disk": {"free": 12, "name": 'a "b" \\ c'}, "ok": True, "none": None, "my-key": "5"}


@pytest.mark.parametrize(
    ("path", "sign", "value", "expected"),
    [
        ("$.load[0]", "<", 1, True),
        ("load[1]", "<=", 7, True),
        ("load[1]", "<", 7, False),
        (".disk.free", ">", 11.5, True),
        ("$['disk']['free']", ">=", 13, False),
        ("disk.name", "==", 'a "b" \\ c', True),
        ("disk.name", "!=", "other", True),
        ("ok", "==", True, True),
        ("ok", "==", "true", False),
        ("none", "==", None, True),
        ("my-key", "==", "5", True),
        ("my-key", "==", 5, True),
        ("$.load[*]", "<", 8, True),
        ("$.load[*]", "<", 1, False),
        *((("missing.path"), sign, 1, False) for sign in ("<", "<=", ">", ">=", "==", "!=")),
        ("$.disk.none", "!=", "x", False),
    ],
)
def test_a_metric_is_compared_and_a_missing_path_always_fails(
    path: str, sign: str, value: MetricValue, expected: bool
) -> None:
    assert holds(DOCUMENT, path, sign, value) is expected


@pytest.mark.parametrize(("sign", "value"), [("=", 1), ("~", 1), ("<", "a"), (">=", True), ("<", None)])
def test_what_cannot_be_compared_is_refused(sign: str, value: MetricValue) -> None:
    with pytest.raises(MetricRefused, match=r"^(op|value): "):
        metric_condition("a", sign, value)


def test_metrics_that_are_no_json_are_said_so() -> None:
    assert with_metrics(a_page('{"a": 1}')).error == ""
    assert with_metrics(a_page("<html>", 502)).error == "the answer is not JSON (status 502)"
    refused = CheckFinding(evidence=Evidence(), error="cannot connect")
    assert with_metrics(refused) is refused


def health_of(document: Any, status: int = 200) -> tuple[CheckVerdict, str]:
    condition = parse_condition("[BODY].status == any(ok, standby)")
    conditions = [WeightedCondition(condition=condition, severity=Severity.CRITICAL)]
    body = document if isinstance(document, str) else json.dumps(document)
    return verdict_of(with_health(a_page(body, status)), conditions)


def test_the_reasons_of_a_callboard_become_the_result() -> None:
    assert health_of({"status": "ok", "reasons": []}) == (CheckVerdict.PASSED, "")
    assert health_of({"status": "standby", "reasons": []}) == (CheckVerdict.PASSED, "")
    assert health_of({"status": "degraded", "reasons": ["the index is old", "slack refuses"]}, 503) == (
        CheckVerdict.FAILED,
        "degraded: the index is old; slack refuses",
    )
    verdict, said = health_of({"status": "degraded"}, 503)
    assert (verdict, said) == (CheckVerdict.FAILED, "[BODY].status (degraded) == any(ok, standby)")


@pytest.mark.parametrize("document", ["hello", {"status": 1}, [], {}])
def test_another_page_is_no_callboard(document: Any) -> None:
    verdict, said = health_of(document)
    assert verdict is CheckVerdict.FAILED
    assert said.startswith("this is not the health of a Callboard")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("callboard://", "http://127.0.0.1:8080/health"),
        ("callboard:", "http://127.0.0.1:8080/health"),
        ("callboard://other:9000", "http://other:9000/health"),
        ("callboard://other:9000/", "http://other:9000/health"),
        ("callboard://other:9000/health", "http://other:9000/health"),
        ("callboard+https://c.example.org/board", "https://c.example.org/board/health"),
    ],
)
def test_where_the_health_of_a_callboard_is(url: str, address: str) -> None:
    assert health_address(url, "http://127.0.0.1:8080") == address


def test_the_own_address_is_reached_from_this_machine() -> None:
    assert own_address("0.0.0.0", 8080) == "http://127.0.0.1:8080"
    assert own_address("::", 8080) == "http://[::1]:8080"
    assert own_address("192.0.2.1", 1) == "http://192.0.2.1:1"
    assert own_address("127.0.0.1", 0) == ""
    with pytest.raises(ValueError, match="not known here"):
        health_address("callboard://", "")
