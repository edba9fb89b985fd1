"""The exit codes are what the documents, the help and the commands say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from actors.front.commands import cli
from actors.front.commands.parsing.grammar import COMMANDS, EXIT_CODES
from actors.front.commands.printing import status
from actors.front.commands.running import interrupts

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text()


def documented() -> dict[int, str]:
    table = DOCUMENT.partition("| exit code | meaning |")[2].partition("\n\n")[0]
    return {int(code): meaning for code, meaning in re.findall(r"^\| (\d+) \| (.*) \|$", table, re.M)}


def test_the_documents_the_help_and_the_module_name_the_same() -> None:
    named = set(documented())
    assert named == {0, 1, 2, 3, interrupts.INTERRUPTED, 143}
    said = {int(code) for code in re.findall(r"[:;]\s(\d+) ", EXIT_CODES)}
    assert said == named - {143}
    assert cli.__doc__ is not None
    assert {int(code) for code in re.findall(r"(\d+) (?:done|refused|not a|no service|ended)", cli.__doc__)} == said


def test_those_of_check_are_in_its_help_and_in_the_document() -> None:
    assert "0 all is well; 1 it is not, the line says why; 2 no service answers" in COMMANDS["status"].details
    assert "with exit code 0, 1 or 2" in DOCUMENT
    assert (status.exit_code({"problems": []}), status.exit_code({"problems": [{}]})) == (0, 1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--version", 0),
        ("--help", 0),
        ("check-config", 0),
        ("check-config nothing.yaml", 1),
        ("psql", 1),
        ("notify-test --config nothing.yaml", 1),
        ("statsu", 2),
        ("status --unknown", 2),
        ("probe", 2),
        ("watch watching", 2),
        ("status", 3),
        ("stop", 3),
        ("watch --user U024BE7LH watching", 3),
        ("status --check", 2),
    ],
)
def test_a_command_ends_with_what_is_documented(words: str, code: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "run.py", *words.split()],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "CALLBOARD_DATA_DIR": str(tmp_path / "data")},
    )
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert bool(done.stderr) is (code != 0 and "--check" not in words)


@pytest.mark.parametrize("command", ["status", "check-config"])
def test_a_path_that_the_locale_cannot_write_is_said_with_what_helps(command: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("data_dir: /tmp/d\u00e4t\u00e4\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, ROOT / "run.py", command, "--config", "mine.yaml"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "callboard: mine.yaml: data_dir: the locale's encoding, ascii, has no U+00E4, which is in the path; set"
        " LC_ALL=C.UTF-8 (line 1)\n"
    )
