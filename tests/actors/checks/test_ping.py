"""Ping on loopback, in a network namespace: this machine may not allow it, and tests must not change that."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
UNSHARE = ("unshare", "--user", "--map-root-user", "--net")


def may_unshare() -> bool:
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What came of each ping: verdict, error, duration, and the seconds that it took."""
    if not may_unshare():
        pytest.skip("this machine does not let us have a network namespace")
    command = [*UNSHARE, sys.executable, "-m", "tests.actors.checks.pinging"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stderr
    printed: dict[str, Any] = json.loads(made.stdout)
    return printed


def test_where_the_system_forbids_it_the_result_says_what_to_do(found: dict[str, Any]) -> None:
    verdict, error, *_ = found["forbidden"]
    assert verdict == "failed"
    assert error.startswith("this system does not allow ping to the group 0: ")
    assert 'sysctl -w net.ipv4.ping_group_range="0 2147483647"' in error
    assert found["refusal"] == error
    assert found["allowed"] == ""
    assert found["unable"][:2] == ["failed", error]


@pytest.mark.parametrize("name", ["loopback", "name", "ipv6"])
def test_a_host_that_answers_passes(found: dict[str, Any], name: str) -> None:
    verdict, error, duration, _ = found[name]
    assert (verdict, error) == ("passed", "")
    assert duration < 10.0


def test_a_run_began_when_it_did_though_its_duration_is_the_round_trip(found: dict[str, Any]) -> None:
    _, _, duration, took = found["loopback"]
    assert took > max(duration, 0.09), "three packets, 0.05 s apart"


def test_what_is_wrong_is_said(found: dict[str, Any]) -> None:
    assert found["nowhere"][:2] == ["failed", "cannot ping: Network is unreachable"]
    verdict, error, *_ = found["slow"]
    assert verdict == "failed"
    assert re.match(r"\[ROUND_TRIP\] \(.+\) > 10s", error), error


def test_packets_that_are_lost_are_counted(found: dict[str, Any]) -> None:
    assert found["some lost"][:2] == ["passed", ""]
    assert found["all lost"][:2] == ["failed", "none of 3 packets was answered"]
