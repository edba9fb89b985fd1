"""What a running service gets when it loads its configuration again."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from actors.runtime.os.files import MOST_BYTES
from config.child import loaded
from config.loader import load
from messages.reloading import LoadedConfiguration
from tests.unit.config.builders import a_file

ROOT = Path(__file__).parents[3]

WHOLE = """
data_dir: data
slack: {bot_token_file: token, channel: "#papers"}
retention: {interval: 90m}
checks:
- {name: page, group: web, url: "https://example.org/", conditions: ["[STATUS] == 200"], headers: {Accept: text/html}}
- checks.d/*.yaml
- {name: port, url: "tls://example.org:443", ca_file: ca.pem}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text("xoxb-1\n")
    (tmp_path / "ca.pem").write_text("one")
    (tmp_path / "checks.d").mkdir()
    (tmp_path / "checks.d" / "a.yaml").write_text("- {name: a, url: 'http://127.0.0.1/'}\n")
    return a_file(tmp_path, WHOLE)


def test_the_answer_of_the_child_is_what_the_loader_gives(file: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp", "CALLBOARD_LOG__LEVEL": "DEBUG"}
    words = [sys.executable, "-m", "config.child", str(os.getpid()), str(file)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=True)
    answer = msgspec.json.decode(done.stdout, type=LoadedConfiguration)
    configuration = load(file, environment)
    assert answer.faults == ()
    assert answer.settings == configuration.settings
    assert answer.settings is not None
    assert (answer.settings.log.level, answer.settings.slack.bot_token) == ("DEBUG", "xoxb-1")
    assert answer.watched == configuration.watched
    assert answer.faults == ()


def test_every_file_that_was_read_is_known_and_so_is_what_was_looked_for(file: Path, tmp_path: Path) -> None:
    watched = load(file, {}).watched
    names = ["ca.pem", "checks.d/a.yaml", "mine.yaml", "token"]
    assert [path for path, _ in watched.files] == [str(tmp_path / name) for name in names]
    assert watched.patterns == ((str(tmp_path / "checks.d/*.yaml"), (str(tmp_path / "checks.d/a.yaml"),)),)


def test_a_check_is_another_one_when_its_certificates_are(file: Path, tmp_path: Path) -> None:
    before = load(file, {}).settings
    (tmp_path / "ca.pem").write_text("two")
    after = load(file, {}).settings
    differing = [one.name for one, other in zip(before.checks, after.checks, strict=True) if one != other]
    assert differing == ["port"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            b"slack:\n  channel: '#a'\n  chanel: '#b'\n",
            "slack.chanel: unknown key; did you mean slack.channel? (line 3)",
        ),
        (b"log: {level: LOUD}\n", "log.level: expected DEBUG, INFO, WARNING or ERROR, not 'LOUD' (line 1)"),
        (b"slack:\n  bot_token_file: nowhere\n", "nowhere cannot be read: No such file or directory (line 2)"),
        (b"slack:\n  bot_token: x\n", "name a file that holds it in slack.bot_token_file (line 2)"),
        (b"checks:\n- {name: a}\n", "line 2: checks: a: url is missing"),
        (b"index: [\n", "is not YAML: line 2, column 1: "),
        (b"\x7fELF\x00\xff\xfe", "is not YAML: byte 6 is not UTF-8"),
        (b"#" * (MOST_BYTES + 1), "cannot be read: it is larger than 16 MiB"),
    ],
)
def test_a_fault_names_file_and_line_and_what_was_meant(tmp_path: Path, content: bytes, fault: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    answer = loaded(file, {"HOME": "/tmp"})
    assert answer.settings is None
    assert len(answer.faults) == 1
    assert answer.faults[0].startswith(f"{file}: ")
    assert fault in answer.faults[0]
    assert str(file) in dict(answer.watched.files)


def test_a_folder_or_nothing_in_its_place_is_a_fault(tmp_path: Path) -> None:
    assert loaded(tmp_path, {}).faults == (f"{tmp_path}: cannot be read: Is a directory",)
    gone = tmp_path / "gone.yaml"
    assert loaded(gone, {}).faults == (f"{gone}: cannot be read: No such file or directory",)


def test_a_network_that_cannot_be_used_is_a_fault(file: Path) -> None:
    answer = loaded(file, {"HOME": "/tmp", "https_proxy": "socks5://127.0.0.1:1"})
    assert answer.settings is None
    assert "environment: " in answer.faults[0]
