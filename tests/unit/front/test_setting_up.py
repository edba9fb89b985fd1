"""What an installed program prints to set up a service with."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from actors.control.client import RequestRefused
from actors.front.commands.parsing.arguments import parse
from actors.front.commands.tools import setting_up
from config.declaration import SECRETS
from config.environment import VARIABLES
from config.generate import every_key
from config.loader import load
from config.unit import deployed_unit, unit_text

ROOT = Path(__file__).parents[3]


def lines_of(text: str, key: str) -> list[str]:
    return [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{key}=")]


def test_the_unit_starts_this_installation_with_the_file_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = lines_of(setting_up.unit(Path("callboard.yaml")), "ExecStart")
    program, *words = shlex.split(line)
    assert Path(program).is_file()
    given = parse(words[-3:], "1")
    assert (given.command, given.config) == ("start", tmp_path / "callboard.yaml")
    (line,) = lines_of(setting_up.unit(None), "ExecStart")
    assert shlex.split(line)[-1] == "start"


def test_a_name_of_two_lines_does_not_get_into_the_unit() -> None:
    with pytest.raises(RequestRefused, match="which no unit can hold"):
        setting_up.unit(Path("a\nExecStartPre=/bin/true"))


def test_the_unit_says_how_it_is_installed() -> None:
    assert "#   callboard unit > /etc/systemd/system/callboard.service\n" in setting_up.unit(None)
    named = setting_up.unit(Path("/etc/callboard/callboard.yaml"))
    assert "#   callboard unit --config /etc/callboard/callboard.yaml > /etc/systemd/" in named


def test_every_secret_has_its_two_lines_and_none_counts_before_it_is_wanted() -> None:
    text = setting_up.unit(None)
    for name in SECRETS:
        credential = name.replace(".", "-").replace("_", "-")
        assert f"\n#LoadCredential={credential}:/etc/callboard/{credential}\n#Environment=CALLBOARD_" in text
    named = re.findall(r"^#Environment=(\w+)=%d/[a-z-]+$", text, re.MULTILINE)
    assert len(named) == len(SECRETS)
    assert set(named) <= set(VARIABLES)
    assert lines_of(text, "LoadCredential") == []


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/opt/callboard/bin/callboard", "/opt/callboard/bin/callboard"),
        ("/opt/my files/c.yaml", '"/opt/my files/c.yaml"'),
        ("/opt/100%/c.yaml", "/opt/100%%/c.yaml"),
        ("/opt/$HOME/c.yaml", "/opt/$$HOME/c.yaml"),
        ('/opt/"/c\\.yaml', '"/opt/\\"/c\\\\.yaml"'),
    ],
)
def test_systemd_reads_any_path_as_it_is(word: str, written: str) -> None:
    assert lines_of(unit_text([word, "start"], install="x"), "ExecStart") == [f"{written} start"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_understands_the_printed_unit(tmp_path: Path) -> None:
    unit = tmp_path / "callboard.service"
    unit.write_text(unit_text(["/bin/true", "start", "--config", str(tmp_path / "my files.yaml")], install="x"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=120)
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


def test_the_deployed_unit_differs_from_the_printed_one_in_what_it_starts_only() -> None:
    ours, theirs = deployed_unit().splitlines(), setting_up.unit(None).splitlines()
    changed = {line.partition("=")[0] for line in set(ours) ^ set(theirs) if not line.startswith("#")}
    assert changed == {"ExecStart", "ExecReload", "Documentation"}


def test_a_place_that_the_services_user_cannot_reach_is_named() -> None:
    with TemporaryDirectory() as name:  # pytest's own directories are private
        folder, program = Path(name), Path(name) / "callboard"
        program.touch()
        for closed, mode in ((folder, 0o700), (program, 0o640)):
            folder.chmod(0o755)
            program.chmod(0o755)
            assert setting_up.unreachable([program]) is None
            closed.chmod(mode)
            assert setting_up.unreachable([program]) == program
        folder.chmod(0o700)


@pytest.mark.parametrize("path", ["/root/.local/bin/callboard", "/home/ada/callboard", "/run/user/1000/callboard"])
def test_what_the_unit_hides_is_out_of_reach(path: str) -> None:
    assert setting_up.unreachable([Path(path)]) == Path(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = list(setting_up.doubts_about_the_unit(tmp_path / "none.yaml"))
    assert said[-1] == f"{tmp_path}/none.yaml is not there yet: the service will not start without it"


def test_the_manifest_is_the_file_of_the_package() -> None:
    assert setting_up.manifest() == (ROOT / "config" / "slack-app-manifest.yaml").read_text(encoding="utf-8")


def test_the_printed_defaults_are_a_configuration_that_changes_nothing(tmp_path: Path) -> None:
    text = every_key()
    file = tmp_path / "callboard.yaml"
    file.write_text(text)
    assert load(file, {}).settings == load(None, {}).settings
    assert yaml.safe_load(text) == yaml.safe_load((ROOT / "config" / "default.yaml").read_text(encoding="utf-8"))
    assert "edit that file" not in text
