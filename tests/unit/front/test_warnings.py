"""What a configuration warns of is printed by the commands that are about it, to stderr."""

from pathlib import Path

import pytest

from actors.front.commands.cli import run


def a_file_with_an_old_name(folder: Path) -> Path:
    """It has a data directory that is none, so that nothing starts."""
    (folder / "data").write_text("")
    file = folder / "mine.yaml"
    file.write_text("data_dir: data\nretention: {parked: 3d}")
    return file


def warning_of(file: Path) -> str:
    return (
        f"callboard: warning: {file}: retention.parked is now called retention.suspended; the old name still works for"
        " a while"
    )


def test_check_config_warns_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_file_with_an_old_name(tmp_path)
    assert run(["check-config", str(file)]) == 0
    said = capsys.readouterr()
    assert warning_of(file) in said.err.splitlines()
    assert "warning" not in said.out


def test_start_warns_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_file_with_an_old_name(tmp_path)
    assert run(["start", "--config", str(file)]) == 1
    assert capsys.readouterr().err.splitlines()[0] == warning_of(file)


def test_other_commands_do_not_warn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_file_with_an_old_name(tmp_path)
    assert run(["status", "--config", str(file)]) == 3
    assert "warning" not in capsys.readouterr().err
