"""What is printed can be pasted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from actors.front.commands.printing.hints import Hints, program_typed

ROOT = Path(__file__).parents[3]
SCRIPT = Path(sys.executable).parent / "callboard"


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("see `callboard status`", "see `.venv/bin/callboard status --config my.yaml`"),
        ("`callboard undelivered retry ID` tries", "`.venv/bin/callboard undelivered retry ID --config my.yaml` tries"),
        ("`callboard letters`", "`.venv/bin/callboard letters --config my.yaml`"),
        ("`callboard replay --help`", "`.venv/bin/callboard replay --help`"),
        ("`callboard --help`", "`.venv/bin/callboard --help`"),
        ("`callboard`, callboard status", "`.venv/bin/callboard`, callboard status"),
        ("`make run` or `callboards`", "`make run` or `callboards`"),
    ],
)
def test_hints_name_the_program_and_the_file_as_one_types_them(text: str, fitted: str) -> None:
    assert Hints(program=".venv/bin/callboard", config=Path("my.yaml")).fit(text) == fitted


def test_without_a_file_nothing_is_added() -> None:
    assert Hints().fit("`callboard status`") == "`callboard status`"
    assert Hints(config=Path("a b.yaml")).line("status") == "callboard status --config 'a b.yaml'"


def test_the_program_is_named_by_its_shortest_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(SCRIPT.parents[1])
    monkeypatch.setenv("PATH", os.defpath)
    assert program_typed() == "bin/callboard"
    monkeypatch.chdir(tmp_path)
    assert program_typed() == str(SCRIPT)
    monkeypatch.setenv("PATH", f"{SCRIPT.parent}:{os.defpath}")
    assert program_typed() == "callboard"
    monkeypatch.setenv("UV", "/usr/bin/uv")
    assert program_typed() == str(SCRIPT), "only what uvx has started finds it on the PATH"


@pytest.mark.parametrize("program", [[str(SCRIPT)], [sys.executable, str(ROOT / "run.py")]])
def test_the_script_and_run_py_are_the_same(program: list[str], tmp_path: Path) -> None:
    done = subprocess.run([*program, "--version"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.startswith("Callboard ")) == (0, True), done.stderr


def test_a_hint_that_is_pasted_works(tmp_path: Path) -> None:
    """What a command says of a service that does not run starts one: with the same configuration file."""
    file = tmp_path / "callboard.yaml"
    file.write_text(f"data_dir: {tmp_path / 'none'}\n")
    done = subprocess.run(
        [str(SCRIPT), "status", "--config", str(file)], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3
    hint = done.stderr.split("`")[1]
    assert hint == f"{SCRIPT} start --config {file}"
    helped = subprocess.run(f"{hint} --help", shell=True, capture_output=True, text=True, timeout=60)
    assert (helped.returncode, "run the service" in helped.stdout.lower()) == (0, True), helped.stderr
