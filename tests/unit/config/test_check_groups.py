"""What checks share: keys of a group or of all, maintenance windows, and what a check depends on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.check_dependencies import circles
from messages.check_definitions import CheckDefinition
from messages.maintenance import CronWindow, MaintenanceWindow, OnceWindow, WeeklyWindow
from tests.unit.config.builders import loaded, refused

URL = "http://127.0.0.1/"


def checks_of(folder: Path, *entries: str) -> dict[str, CheckDefinition]:
    """The checks of a file with these entries, each on a line."""
    return {check.key: check for check in loaded(folder, _text(entries)).checks}


def fault(folder: Path, *entries: str) -> str:
    return refused(folder, _text(entries)).removeprefix(f"{folder / 'mine.yaml'}: ")


def _text(entries: tuple[str, ...]) -> str:
    return "checks:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def windows(folder: Path, text: str) -> tuple[MaintenanceWindow, ...]:
    """The windows of a check."""
    return checks_of(folder, f"name: a, url: '{URL}', maintenance: {text}")["a"].maintenance.windows


# --- groups


def test_a_group_says_what_its_checks_have_in_common(tmp_path: Path) -> None:
    checks = checks_of(
        tmp_path,
        f"name: a, group: infra, url: '{URL}'",
        f"name: b, group: infra, url: '{URL}', interval: 5m, channel: '#b'",
        f"name: c, url: '{URL}'",
        "group: infra, channel: '#infra', users: [U012AB3CD], interval: 30s, failure_threshold: 1",
        "remind_every: 2h, failure_threshold: 5",
    )
    a, b, c = (checks[key] for key in ("infra/a", "infra/b", "c"))
    assert (a.channel, a.users, a.interval, a.failure_threshold) == ("#infra", ("U012AB3CD",), 30.0, 1)
    assert (b.channel, b.users, b.interval) == ("#b", (), 300.0)
    assert (c.channel, c.interval, c.failure_threshold) == ("", 60.0, 5)
    assert {each.remind_every for each in (a, b, c)} == {7200.0}


def test_maintenance_and_dependencies_of_group_and_check_add_up(tmp_path: Path) -> None:
    checks = checks_of(
        tmp_path,
        f"name: db, group: infra, url: '{URL}'",
        f"name: a, group: infra, url: '{URL}', depends_on: switch,"
        " maintenance: {days: sun, time: '02:00', duration: 1h}",
        f"name: switch, url: '{URL}'",
        "group: infra, depends_on: [db], maintenance: {days: [mon], time: '03:00', duration: 1h}",
        "maintenance: {cron: '0 4 1 * *', duration: 1h}",
    )
    assert checks["infra/a"].depends_on == ("switch", "infra/db")
    assert checks["infra/db"].depends_on == ()
    assert len(checks["infra/a"].maintenance.windows) == 3
    assert len(checks["switch"].maintenance.windows) == 1


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (["group: infra, channel: '#a'", "group: infra, users: [U012AB3CD]"], "line 3: checks: infra: what the checks"),
        (["group: infra, conditions: []"], "line 2: checks: infra: conditions belongs to one check"),
        (["group: infra, chanel: '#a'"], "line 2: checks: infra: chanel: unknown key; did you mean channel?"),
        (["group: infra"], "line 2: checks: infra: expected a check with name and url"),
        (["group: infra, method: GET"], "line 2: checks: infra: method belongs to one check"),
    ],
)
def test_what_a_group_cannot_say_is_refused_with_its_line(tmp_path: Path, entries: list[str], said: str) -> None:
    assert said in fault(tmp_path, *entries, f"name: x, group: infra, url: '{URL}'")


def test_people_may_be_told_in_other_ways(tmp_path: Path) -> None:
    users = "['mail:ada@example.org', 'matrix:!ops:example.org', U012AB3CD]"
    check = checks_of(tmp_path, f"name: a, url: '{URL}', users: {users}")["a"]
    assert check.users == ("mail:ada@example.org", "matrix:!ops:example.org", "U012AB3CD")
    assert "or addresses such as mail:ada@example.org" in fault(tmp_path, f"name: a, url: '{URL}', users: ['fax:1']")


# --- maintenance


def test_windows_are_once_weekly_or_by_cron_in_a_time_zone(tmp_path: Path) -> None:
    once = windows(tmp_path, "{from: '2026-12-24 18:00', until: 2026-12-26T06:00+01:00, timezone: Europe/Berlin}")
    assert once == (
        OnceWindow(since=datetime(2026, 12, 24, 17, tzinfo=UTC), until=datetime(2026, 12, 26, 5, tzinfo=UTC)),
    )
    weekly, cron = windows(
        tmp_path,
        "[{days: [saturday, Sun], time: '02:30', duration: 90m, timezone: America/New_York},"
        " {cron: '15 3 * * mon', duration: 10m}]",
    )
    assert weekly == WeeklyWindow(days=(5, 6), minute=150, duration=5400.0, timezone="America/New_York")
    assert cron == CronWindow(schedule="15 3 * * mon", duration=600.0, timezone="UTC")
    (daily,) = windows(tmp_path, "{time: 23:00, duration: 2h}")
    assert daily == WeeklyWindow(days=(0, 1, 2, 3, 4, 5, 6), minute=1380, duration=7200.0, timezone="UTC")
    (named,) = windows(tmp_path, "{cron: '@monthly', duration: 2h}")
    assert named == CronWindow(schedule="0 0 1 * *", duration=7200.0, timezone="UTC")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{day: mon, time: '02:00', duration: 1h}", "line 2: checks: a: maintenance: day: unknown key; did you mean"),
        ("{days: [someday], time: '02:00', duration: 1h}", "days: expected monday, tuesday, "),
        ("{time: '25:00', duration: 1h}", "time: expected a time of day from 00:00 to 23:59"),
        ("{time: 2, duration: 1h}", "time: expected a time of day such as 02:30"),
        ("{time: '02:00'}", "duration is missing"),
        ("{time: '02:00', duration: 9d}", "duration: expected a duration such as 30m or 2h, of at most 7d"),
        ("{cron: '1 2 3', duration: 1h}", "cron: expected five fields such as 30 2 * * sun: it has 3 fields"),
        ("{cron: '0 1 2 * * *', duration: 1h}", "cron: expected five fields such as 30 2 * * sun: it has 6 fields"),
        ("{cron: '@reboot', duration: 1h}", "of names there are @hourly, @daily, "),
        ("{cron: '61 2 * * *', duration: 1h}", "cron: expected five fields"),
        ("{cron: '1 2 * * *', duration: 1h, time: '02:00'}", "cron goes with duration and timezone, not with time"),
        ("{from: 2026-12-24, until: 2026-12-23}", "until: it must be after from"),
        ("{from: 2026-12-24}", "from goes with until"),
        (
            "{from: 2026-12-24, until: '9999-12-31 23:59', timezone: America/New_York}",
            "until: expected a time such as 2026-12-24 18:00",
        ),
        ("{from: tomorrow, until: 2026-12-24}", "from: expected a time such as 2026-12-24 18:00"),
        ("{time: '02:00', duration: 1h, timezone: EST}", "timezone: expected a time zone such as Europe/Berlin"),
        ("{duration: 1h}", "that is no window; write from and until"),
        ("soon", "expected a window, not a single value"),
        (
            "{time: '00:00', duration: 24h}",
            "line 2: checks: a: maintenance: this window never ends: its next time comes",
        ),
        ("{days: mon, time: '04:00', duration: 7d}", "this window never ends"),
        ("{days: [mon, thu], time: '04:00', duration: 4d}", "this window never ends"),
        ("{cron: '*/5 * * * *', duration: 10m}", "this window never ends"),
        ("{cron: '30 */6 * * *', duration: 6h}", "this window never ends"),
    ],
)
def test_what_is_no_window_is_said(tmp_path: Path, text: str, said: str) -> None:
    assert said in fault(tmp_path, f"name: a, url: '{URL}', maintenance: {text}")


@pytest.mark.parametrize(
    "text",
    [
        "{time: '00:00', duration: 23h}",
        "{days: [mon, thu], time: '04:00', duration: 3d}",
        "{cron: '*/5 * * * 1-5', duration: 10m}",
        "{cron: '*/5 0-22 * * *', duration: 10m}",
        "{cron: '0 0 1-7 * *', duration: 7d}",
    ],
)
def test_a_window_that_ends_now_and_then_is_one(tmp_path: Path, text: str) -> None:
    assert len(windows(tmp_path, text)) == 1


# --- dependencies


def test_a_name_is_first_looked_for_in_the_group(tmp_path: Path) -> None:
    checks = checks_of(
        tmp_path,
        f"name: db, url: '{URL}'",
        f"name: db, group: g, url: '{URL}'",
        f"name: a, group: g, url: '{URL}', depends_on: [db]",
        f"name: b, group: h, url: '{URL}', depends_on: [db, g/a]",
    )
    assert checks["g/a"].depends_on == ("g/db",)
    assert checks["h/b"].depends_on == ("db", "g/a")


def test_what_there_is_not_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    said = fault(tmp_path, f"name: router, url: '{URL}'", f"name: a, url: '{URL}', depends_on: [ruoter]")
    assert said == "line 3: checks: a: depends_on: there is no check ruoter; did you mean router?"


def test_a_circle_is_refused_with_its_line_and_a_way_out(tmp_path: Path) -> None:
    said = fault(
        tmp_path,
        f"name: a, url: '{URL}', depends_on: [b]",
        f"name: b, url: '{URL}', depends_on: [c]",
        f"name: c, url: '{URL}', depends_on: [a]",
    )
    assert said == "line 4: checks: c: depends_on: c → a → b → c is a circle; remove a here"
    own = fault(tmp_path, f"name: a, url: '{URL}', depends_on: [a]")
    assert own == "line 2: checks: a: depends_on: a → a is a circle; remove a here"


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=3), max_size=9))
def test_circles_are_found_where_there_are_any(edges: dict[int, list[int]]) -> None:
    depends_on = {str(key): [str(each) for each in needs if each in edges] for key, needs in edges.items()}

    def leads_back(start: str) -> bool:
        seen, pending = set(), list(depends_on[start])
        while pending:
            key = pending.pop()
            if key == start:
                return True
            if key not in seen:
                seen.add(key)
                pending += depends_on[key]
        return False

    found = list(circles(depends_on))
    assert bool(found) == any(map(leads_back, depends_on))
    for circle in found:
        assert all(after in depends_on[key] for key, after in zip(circle, (*circle[1:], circle[0]), strict=True))


# --- places


def test_a_check_runs_at_places_of_which_most_must_agree(tmp_path: Path) -> None:
    check = checks_of(tmp_path, f"name: a, url: '{URL}', places: [x, y, z]")["a"]
    assert (check.places, check.agree) == (("x", "y", "z"), 2)
    assert checks_of(tmp_path, f"name: a, url: '{URL}', places: [x, y], agree: 1")["a"].agree == 1
    assert "agree: expected at most 2, the number of its places" in fault(
        tmp_path, f"name: a, url: '{URL}', places: [x, y], agree: 3"
    )
