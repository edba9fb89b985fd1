"""Checks on the page: rows, bars, groups, and what the public is not shown."""

from datetime import timedelta

from actors.checks.reading.board import groups, page, shown_singly
from actors.web.model.check_board import bars, board_view, chart
from actors.web.model.check_views import HourView
from actors.web.page.rendering import PageRenderer
from messages.check_reading import MOST_SINGLE_CHECKS, CheckBoardReply, CheckCard
from messages.checks import CheckState
from tests.check_builders import NOON, a_board, a_card

SECRET = "connect to db.internal failed"


def rendered(board: CheckBoardReply, *, is_public: bool) -> str:
    view = board_view(board, NOON, is_public=is_public)
    return PageRenderer().render("checks.html", board=view, as_of=None, is_public=is_public, has_checks=True)


def troubled() -> CheckCard:
    return a_card(
        "<b>db</b>", group="infra", status=CheckState.DOWN, error=SECRET, url="tcp://db.internal:5432",
        recent="ppwf", recent_ms=(10, 20, 30, 9000), certificate_until=NOON + timedelta(days=3, hours=1),
    )  # fmt: skip


def test_a_row_has_its_state_its_bars_its_time_and_its_certificate() -> None:
    html = rendered(a_board(troubled(), a_card("site")), is_public=False)
    assert "2 checks, 1 down." in html
    assert "&lt;b&gt;db&lt;/b&gt;" in html
    assert 'href="/checks/infra%2F%3Cb%3Edb%3C%2Fb%3E"' in html
    assert "The last 4 runs: 2 well, 1 with a warning, 1 failed" in html
    assert "certificate 3 days" in html
    assert SECRET in html


def test_the_public_sees_names_groups_and_states_only() -> None:
    html = rendered(a_board(troubled(), a_card("site")), is_public=True)
    assert "&lt;b&gt;db&lt;/b&gt;" in html
    assert "infra" in html
    for hidden in ("internal", "certificate", "svg", " ms"):
        assert hidden not in html


def test_a_run_that_failed_is_as_high_as_can_be_and_the_others_are_measured_by_the_slowest() -> None:
    drawn = bars("pppf", (100, 50, 1, 10_000))
    assert drawn is not None
    assert drawn.passed == "M1.5 16v-13M5.5 16v-6M9.5 16v-3"
    assert drawn.failed == "M13.5 16v-16"
    assert bars("", ()) is None


def test_of_many_checks_the_page_shows_groups_and_those_that_are_not_well() -> None:
    cards = [a_card(f"c{number}", group=f"g{number % 3}") for number in range(400)]
    board = a_board(*cards, troubled())
    html = rendered(board, is_public=False)
    assert html.count("<li") == 1
    assert "134 up" in html
    assert len(html) < 20_000


def test_of_too_many_checks_only_those_that_are_not_well_travel_and_those_that_are_down_come_first() -> None:
    states = (CheckState.UP, CheckState.WARNING, CheckState.DOWN)
    cards = [a_card(f"c{number}", status=states[number % 3]) for number in range(3 * MOST_SINGLE_CHECKS)]
    shown = shown_singly(cards)
    assert len(shown) == MOST_SINGLE_CHECKS
    assert {each.summary.status for each in shown} == {CheckState.DOWN}
    many = groups([a_card("x", group=f"g{number:05}") for number in range(5000)])
    assert len(many) == MOST_SINGLE_CHECKS
    assert (many[-1].name, many[-1].states) == ("other", ((CheckState.UP, 4001),))


def test_a_page_of_checks_with_long_errors_has_fewer() -> None:
    listed = [a_card(f"c{number}", error="ü" * 1000).summary for number in range(1000)]
    chosen, more = page(listed, 500)
    assert (190 < len(chosen) < 210, more) == (True, True)
    assert page(listed[:3], 3) == (tuple(listed[:3]), False)


def test_a_chart_marks_hours_in_which_runs_failed() -> None:
    hours = [
        HourView(
            hour=NOON + timedelta(hours=number), runs=60, warned=0, failed=30 * (number == 1), mean=0.1 * (number + 1),
            fastest=None, slowest=1.0,
        )
        for number in range(3)
    ]  # fmt: skip
    drawn = chart(hours)
    assert drawn is not None
    assert drawn.failed == "M360 120v-60"
    assert "runs failed in 1 of 3 hours" in drawn.label
    assert chart(hours[:1]) is None
