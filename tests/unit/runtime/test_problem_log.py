"""A problem that lasts is in the log once when it begins and once when it is over, at one level."""

import logging
from datetime import timedelta

import pytest

from actors.runtime.problem_log import OWN_LINES, ProblemLog
from messages.health import HealthReason, ReasonCode
from tests.builders import NOON

LOG = logging.getLogger("lasting-problems")


def reason(code: ReasonCode = ReasonCode.HOST_UNUSABLE, subject: str = "isocpp.org", text: str = "") -> HealthReason:
    return HealthReason(code=code, subject=subject, text=text or f"prober: {subject} has not answered")


def seen(problems: ProblemLog, minutes: int, *reasons: HealthReason) -> None:
    problems.see("prober", reasons, NOON + timedelta(minutes=minutes), LOG)


def test_it_has_a_line_when_it_begins_and_one_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    problems = ProblemLog()
    with caplog.at_level(logging.DEBUG, logger=LOG.name):
        seen(problems, 0)
        seen(problems, 1, reason())
        seen(problems, 2, reason(text="prober: isocpp.org has not answered since 12:01; next attempt at 12:05"))
        seen(problems, 63)
        seen(problems, 64)
        seen(problems, 65, reason())
    assert caplog.messages == [
        "isocpp.org has not answered",
        "over, after 1 h 2 min: isocpp.org has not answered since 12:01; next attempt at 12:05",
        "isocpp.org has not answered",
    ]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_each_is_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    problems = ProblemLog()
    with caplog.at_level(logging.DEBUG, logger=LOG.name):
        seen(problems, 0, reason(), reason(ReasonCode.ROBOTS_FORBID))
        seen(problems, 5, reason(ReasonCode.ROBOTS_FORBID), reason(subject="other.example"))
    assert len(caplog.messages) == 4
    assert sum(message.startswith("over, after 5 min: ") for message in caplog.messages) == 1


@pytest.mark.parametrize("code", [code for code in ReasonCode if code in OWN_LINES])
def test_who_says_it_himself_does_not_say_it_twice(code: ReasonCode, caplog: pytest.LogCaptureFixture) -> None:
    problems = ProblemLog()
    with caplog.at_level(logging.DEBUG, logger=LOG.name):
        seen(problems, 0, reason(code))
        seen(problems, 1)
    assert caplog.messages == []
