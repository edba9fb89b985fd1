"""What badges say, as SVG and to shields.io."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.web.badges.badge import Badge, BadgeColour, BadgeKind, badge_of, shields, svg
from actors.web.badges.files import BADGE_FILES, badge_file
from messages.check_reading import CheckBadgeReply, CheckUptime, UptimeWindow
from messages.checks import CheckState
from tests.check_builders import NOON, a_card


def reply(failed: int = 0, runs: int = 1000, **card: object) -> CheckBadgeReply:
    uptimes = tuple(CheckUptime(window=window, runs=runs, failed=failed) for window in UptimeWindow)
    return CheckBadgeReply(request_id="", card=a_card(**card), uptimes=uptimes)  # type: ignore[arg-type]


def said(kind: BadgeKind, known: CheckBadgeReply) -> tuple[str, str]:
    badge = badge_of(known, kind, UptimeWindow.WEEK, NOON)
    return badge.message, badge.colour.value


@pytest.mark.parametrize(
    ("state", "colour"), [("up", "brightgreen"), ("warning", "yellow"), ("down", "red"), ("paused", "lightgrey")]
)
def test_the_state_has_a_word_and_a_colour(state: str, colour: str) -> None:
    assert said(BadgeKind.STATUS, reply(status=CheckState(state))) == (state, colour)


@pytest.mark.parametrize(
    ("failed", "message", "colour"),
    [(0, "100 %", "brightgreen"), (1, "99.9 %", "brightgreen"), (20, "98 %", "yellow"), (1000, "0 %", "red")],
)
def test_an_uptime_is_a_share_of_runs(failed: int, message: str, colour: str) -> None:
    assert said(BadgeKind.UPTIME, reply(failed)) == (message, colour)
    assert said(BadgeKind.UPTIME, reply(runs=0)) == ("unknown", "lightgrey")


def test_hardly_ever_down_is_not_100_percent() -> None:
    assert said(BadgeKind.UPTIME, reply(1, runs=1_000_000)) == ("99.99 %", "brightgreen")


@pytest.mark.parametrize(
    ("days", "message", "colour"),
    [(60.5, "60 days", "brightgreen"), (7, "7 days", "yellow"), (1.2, "1 day", "red"), (-1, "expired", "red")],
)
def test_a_certificate_has_days_left(days: float, message: str, colour: str) -> None:
    known = reply(certificate_until=NOON + timedelta(days=days))
    assert said(BadgeKind.CERTIFICATE, known) == (message, colour)
    assert said(BadgeKind.CERTIFICATE, reply()) == ("none", "lightgrey")


def test_a_response_time_is_in_the_unit_that_fits() -> None:
    assert said(BadgeKind.LATENCY, reply(duration=0.1204)) == ("120 ms", "brightgreen")
    assert said(BadgeKind.LATENCY, reply(duration=2.06)) == ("2.1 s", "yellow")
    assert said(BadgeKind.LATENCY, reply(duration=None)) == ("unknown", "lightgrey")


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_badge_of_any_text_is_a_picture_that_says_it(label: str, message: str) -> None:
    picture = ElementTree.fromstring(svg(Badge(label=label, message=message, colour=BadgeColour.GOOD)))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert picture.get("aria-label") is not None


def test_shields_io_takes_what_it_is_told() -> None:
    told = shields(badge_of(reply(name="site"), BadgeKind.STATUS, UptimeWindow.WEEK, NOON))
    assert told == {
        "schemaVersion": 1, "label": "site", "message": "up", "color": "brightgreen", "isError": False,
        "cacheSeconds": 60,
    }  # fmt: skip


def test_every_file_is_there_and_no_other() -> None:
    for name in BADGE_FILES:
        file = badge_file(name, reply(), UptimeWindow.DAY, NOON)
        assert file is not None
        if name.endswith(".json"):
            assert json.loads(file.content)["schemaVersion"] == 1
    assert badge_file("status.png", reply(), UptimeWindow.DAY, NOON) is None
