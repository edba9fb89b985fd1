"""The files in deploy/ name only what the program has: keys, options, paths, ports, and one user id."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from actors.front.commands.parsing.arguments import parse
from config.environment import VARIABLES
from config.loader import load
from messages.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT, IMAGE = DEPLOY / "callboard.service", DEPLOY / "Dockerfile"
COMPOSE, KUBERNETES = DEPLOY / "compose.yaml", DEPLOY / "kubernetes" / "callboard.yaml"
USER = 10001


@pytest.mark.parametrize("file", [UNIT, IMAGE, COMPOSE, KUBERNETES], ids=lambda file: file.name)
def test_every_variable_is_one_that_sets_a_key(file: Path) -> None:
    named = set(re.findall(r"\bCALLBOARD_[A-Z_]+\b", file.read_text()))
    assert named
    assert named <= set(VARIABLES)


def test_every_command_line_is_understood() -> None:
    container = pod()["containers"][0]
    lines = [
        *(line.partition("=")[2] for line in UNIT.read_text().splitlines() if line.startswith("ExecStart=")),
        shlex.join(["callboard", *yaml.safe_load(COMPOSE.read_text())["services"]["callboard"]["command"]]),
        shlex.join(["callboard", *container["args"]]),
        shlex.join(yaml.safe_load(re.findall(r"HEALTHCHECK .* CMD (\[.*\])", IMAGE.read_text())[0])),
        shlex.join(["callboard", *yaml.safe_load(re.findall(r"^CMD (\[.*\])", IMAGE.read_text(), re.M)[0])]),
    ]
    assert [parse(shlex.split(line)[1:], "").command for line in lines] == [
        "start",
        "start",
        "start",
        "status",
        "start",
    ]


def test_the_image_copies_what_the_package_is_made_of() -> None:
    stage = IMAGE.read_text().split("\nFROM ")[1]
    copied = {word for line in re.findall(r"^COPY (?!--)(.*)$", stage, re.M) for word in line.split()[:-1]}
    assert {"actors", "config", "messages", "run.py", "setup.cfg", "pyproject.toml", "constraints.txt"} <= copied
    assert all((ROOT / word).exists() for word in copied)
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert kept == copied


def test_the_probes_ask_what_health_serves_at_its_port() -> None:
    container = pod()["containers"][0]
    web = (ROOT / "actors" / "health" / "checks" / "routes.py").read_text()
    assert [container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")] == [
        "/readyz", "/livez", "/readyz",
    ]  # fmt: skip
    assert all(f'"{path}"' in web for path in ("/readyz", "/livez"))
    port = Settings().health.port
    assert container["ports"] == [{"name": "health", "containerPort": port}]
    assert f"EXPOSE {port}\n" in IMAGE.read_text()


def test_one_user_id_owns_what_the_container_writes_and_its_root_is_read_only() -> None:
    assert f"useradd --uid {USER} " in IMAGE.read_text()
    assert f"USER {USER}:{USER}\n" in IMAGE.read_text()
    context, container = pod()["securityContext"], pod()["containers"][0]
    assert {context[name] for name in ("runAsUser", "runAsGroup", "fsGroup")} == {USER}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
    data_dir = next(each["value"] for each in container["env"] if each["name"] == "CALLBOARD_DATA_DIR")
    assert str(Path(data_dir).parent) in mounts, "Callboard makes the directory itself, for itself alone"
    assert yaml.safe_load(COMPOSE.read_text())["services"]["callboard"]["read_only"] is True


def test_the_configuration_in_the_manifest_is_one(tmp_path: Path) -> None:
    (text,) = (each["data"]["callboard.yaml"] for each in manifests() if each["kind"] == "ConfigMap")
    (tmp_path / "callboard.yaml").write_text(text)
    assert load(tmp_path / "callboard.yaml", {}).settings.slack.channel == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/callboard/.venv/bin/callboard", "/bin/true").replace("\n#L", "\nL"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=120)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def manifests() -> Iterator[dict[str, Any]]:
    yield from yaml.safe_load_all(KUBERNETES.read_text())


def pod() -> dict[str, Any]:
    (found,) = (each["spec"]["template"]["spec"] for each in manifests() if each["kind"] == "StatefulSet")
    assert isinstance(found, dict)
    return found
