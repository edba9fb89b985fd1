"""`callboard read`: what is read from files, without a service."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.unit.frontmatter.layouts import LAYOUTS

ROOT = Path(__file__).parents[3]


def read(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "run.py"), "read", *words]
    return subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, timeout=120)


def put(folder: Path, name: str, layout: str) -> None:
    (folder / name).write_bytes(LAYOUTS[layout].body)


def test_each_file_is_a_line_of_json(tmp_path: Path) -> None:
    put(tmp_path, "D4321R1.html", "bikeshed")
    put(tmp_path, "D2848R1.pdf", "latex with a header")
    done = read(tmp_path, "--json", "D4321R1.html", "D2848R1.pdf")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {
        "file": "D4321R1.html",
        "title": "A ring buffer for <everyone>",
        "authors": ["Mara Lindqvist", "Tomás Ó Briain"],
        "audience": ["LEWG", "SG1"],
        "date": "2024-10-15",
        "number": "P4321R1",
        "changes": "",
        "abstract": "Rings for all.",
        "error": "",
    }
    assert (second["file"], second["title"]) == ("D2848R1.pdf", "A view of the optional and of the rest")
    assert (done.returncode, done.stderr) == (0, "")


def test_people_get_lines(tmp_path: Path) -> None:
    put(tmp_path, "D4321R1.html", "bikeshed")
    done = read(tmp_path, "D4321R1.html")
    assert "  title     A ring buffer for <everyone>\n  authors   Mara Lindqvist, Tomás Ó Briain\n" in done.stdout
    assert "  changes   -\n" in done.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"no PDF at all")
    put(tmp_path, "D4321R1.html", "bikeshed")
    done = read(tmp_path, "--json", "broken.pdf", "missing.html", "D4321R1.html")
    broken, missing, whole = map(json.loads, done.stdout.splitlines())
    assert (broken["title"], broken["date"]) == ("", None)
    assert "no PDF" in broken["error"]
    assert missing["error"] == "No such file or directory"
    assert (whole["title"], whole["error"]) == ("A ring buffer for <everyone>", "")
    assert done.returncode == 1
    assert done.stderr == "callboard: read: 2 of 3 files could not be read\n"


def test_a_pdf_is_known_by_its_beginning_where_its_name_does_not_say_so(tmp_path: Path) -> None:
    put(tmp_path, "draft", "latex with a header")
    assert json.loads(read(tmp_path, "--json", "draft").stdout)["title"] == "A view of the optional and of the rest"
