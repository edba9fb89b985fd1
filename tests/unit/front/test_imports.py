"""What a command does not need it does not load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

NOT_FOR_THE_SERVICE = ("actors.stage", "actors.replay", "matplotlib")
NOT_FOR_A_QUESTION = (
    *NOT_FOR_THE_SERVICE, "aiohttp", "asyncio", "httpx", "psycopg2", "slack_sdk", "thespian", "actors.prober",
    "actors.runtime.timezones",
)  # fmt: skip


def loaded_by(code: str, **environment: str) -> set[str]:
    """The modules that a fresh interpreter has after this code."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint('\\n'.join(sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


CAST = """
import importlib
import run
from actors.front.commands.running import start
from actors.supervisor.specs import ACTOR_SPECS
for part in ACTOR_SPECS:
    importlib.import_module(part.actor.rpartition('.')[0])
"""


def test_the_service_loads_neither_the_stage_nor_the_replay() -> None:
    loaded = loaded_by(CAST)
    assert "actors.prober.actor" in loaded, "the whole cast was loaded"
    assert found(loaded, NOT_FOR_THE_SERVICE) == []


LIGHT = {
    "status": "assert run(['status']) in (0, 1, 3)",
    "stop": "assert run(['stop']) in (0, 1, 3)",
    "check-config": "assert run(['check-config']) == 0",
    "--help": "\ntry: run(['--help'])\nexcept SystemExit: pass",
    "--version": "\ntry: run(['--version'])\nexcept SystemExit: pass",
    "start --help": "\ntry: run(['start', '--help'])\nexcept SystemExit: pass",
}


@pytest.mark.parametrize("command", LIGHT)
def test_what_is_over_soon_loads_no_room_no_engine_no_database_and_no_client(command: str, tmp_path: Path) -> None:
    loaded = loaded_by(f"from actors.front.commands.cli import run\n{LIGHT[command]}", CALLBOARD_DATA_DIR=str(tmp_path))
    assert "actors.control.client" in loaded
    assert found(loaded, NOT_FOR_A_QUESTION) == []


@pytest.mark.parametrize("name", ["actors.stage.web.app", "actors.replay.loading"])
def test_the_test_sees_what_is_loaded(name: str) -> None:
    assert found(loaded_by(f"import {name}"), NOT_FOR_THE_SERVICE) != []


def found(loaded: set[str], names: tuple[str, ...]) -> list[str]:
    """Those of the loaded modules that are one of these or in it."""
    return sorted(each for each in loaded if any(each == name or each.startswith(f"{name}.") for name in names))
