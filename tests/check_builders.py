"""Short ways to make checks and their results."""

from datetime import UTC, datetime
from typing import Any

from actors.checks.reading.board import groups
from messages.check_definitions import CheckDefinition, CheckKind, RequiredCondition, Severity
from messages.check_reading import CheckBoardReply, CheckCard
from messages.checks import CheckResult, CheckState, CheckSummary, CheckVerdict

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_check(name: str = "site", **changes: Any) -> CheckDefinition:
    """A check of a page that must answer 200; a `condition` is short for `conditions`."""
    condition = changes.pop("condition", "[STATUS] == 200")
    known: dict[str, Any] = {
        "name": name,
        "group": "",
        "kind": CheckKind.HTTP,
        "url": "http://127.0.0.1:9/",
        "interval": 60.0,
        "retry_interval": 60.0,
        "timeout": 10.0,
        "conditions": (RequiredCondition(text=condition),) if isinstance(condition, str) else condition,
        "failure_threshold": 3,
        "success_threshold": 2,
        "remind_every": 3600.0,
    }
    return CheckDefinition(**(known | changes))


def a_warning(condition: str) -> RequiredCondition:
    """A condition that only warns."""
    return RequiredCondition(text=condition, severity=Severity.WARNING)


def a_result(verdict: CheckVerdict = CheckVerdict.PASSED, **changes: Any) -> CheckResult:
    """A result of `a_check()`."""
    error = "" if verdict is CheckVerdict.PASSED else "[STATUS] (503) == 200"
    known: dict[str, Any] = {
        "key": "site",
        "generation": 1,
        "verdict": verdict,
        "at": datetime.now(UTC),
        "duration": 0.1,
        "error": error,
    }
    return CheckResult(**(known | changes))


def a_card(name: str = "site", **changes: Any) -> CheckCard:
    """A check as readers see it: up, and well thirty times."""
    known: dict[str, Any] = {
        "name": name,
        "group": "",
        "status": CheckState.UP,
        "since": NOON,
        "last_at": NOON,
        "duration": 0.1,
        "error": "",
    }
    summary = CheckSummary(**{key: changes.pop(key, value) for key, value in known.items()})
    rest: dict[str, Any] = {
        "kind": CheckKind.HTTP,
        "url": "http://127.0.0.1:9/",
        "succeeded": True,
        "certificate_until": None,
        "recent": "p" * 30,
        "recent_ms": (100,) * 30,
    }
    return CheckCard(summary=summary, **(rest | changes))


def a_board(*cards: CheckCard) -> CheckBoardReply:
    """All of these."""
    return CheckBoardReply(request_id="", total=len(cards), groups=groups(cards), cards=cards, is_whole=True)
