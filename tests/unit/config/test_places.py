"""Where the data is by default, and what becomes of data at the former place."""

import os
from pathlib import Path

import pytest

from config import places
from config.loader import load
from config.report import ConfigurationReport

USER = 4_000_000
"""One that has no entry in /etc/passwd."""


def place(tmp_path: Path, uid: int = USER, **variables: str) -> tuple[str, ConfigurationReport]:
    report = ConfigurationReport()
    return places.data_dir(variables, report, uid, tmp_path / "checkout" / "data"), report


def a_used_directory(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "front.lock").touch()
    return path


@pytest.mark.parametrize(
    ("uid", "variables", "expected"),
    [
        (USER, {"XDG_STATE_HOME": "/state", "HOME": "/home/me"}, "/state/callboard"),
        (USER, {"XDG_STATE_HOME": "state", "HOME": "/home/me"}, "/home/me/.local/state/callboard"),
        (USER, {"XDG_STATE_HOME": "", "HOME": "/home/me"}, "/home/me/.local/state/callboard"),
        (0, {"XDG_STATE_HOME": "/state", "HOME": "/root"}, "/var/lib/callboard/data"),
    ],
)
def test_data_is_kept_where_the_system_keeps_state(
    tmp_path: Path, uid: int, variables: dict[str, str], expected: str
) -> None:
    found, report = place(tmp_path, uid, **variables)
    assert (found, report.faults, report.warnings) == (expected, [], [])


def test_a_user_without_a_home_is_asked_for_a_directory(tmp_path: Path) -> None:
    assert "set data_dir" in place(tmp_path)[1].faults[0]


def test_data_at_the_former_place_is_used_and_moving_it_is_explained(tmp_path: Path) -> None:
    former = a_used_directory(tmp_path / "checkout" / "data")
    found, report = place(tmp_path, XDG_STATE_HOME=f"{tmp_path}/state")
    assert found == str(former)
    assert f"`mkdir -p {tmp_path}/state && mv {former} {tmp_path}/state/callboard`" in report.warnings[0]


def test_data_at_both_places_is_said(tmp_path: Path) -> None:
    former = a_used_directory(tmp_path / "checkout" / "data")
    new = a_used_directory(tmp_path / "state" / "callboard")
    found, report = place(tmp_path, XDG_STATE_HOME=f"{tmp_path}/state")
    assert found == str(new)
    assert f"{former} holds the data of an earlier version and is not used" in report.warnings[0]


def test_another_directory_of_that_name_beside_the_program_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "checkout" / "data").mkdir(parents=True)
    found, report = place(tmp_path, HOME="/home/me")
    assert (found, report.warnings) == ("/home/me/.local/state/callboard", [])


def test_a_directory_that_is_set_needs_no_default(tmp_path: Path) -> None:
    configuration = load(None, {"CALLBOARD_DATA_DIR": str(tmp_path), "HOME": "nowhere"})
    assert (configuration.settings.data_dir, configuration.warnings) == (str(tmp_path), ())


def test_the_default_is_in_effect(tmp_path: Path) -> None:
    expected = places.data_dir({"HOME": str(tmp_path)}, ConfigurationReport(), os.geteuid())
    assert load(None, {"HOME": str(tmp_path)}).settings.data_dir == expected
