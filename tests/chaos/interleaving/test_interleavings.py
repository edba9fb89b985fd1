"""Many orders of the same actors' messages, with kills at every commit and send."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clusters import Cluster

ROOT = Path(__file__).parents[3]


def interleavings(cluster: Cluster, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.chaos.interleaving", "--cluster", str(cluster.data), *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )


@pytest.mark.long
@pytest.mark.slow
def test_nothing_is_lost_or_doubled_and_no_state_goes_back_in_as_many_orders_as_there_is_time_for(
    cluster: Cluster,
) -> None:
    none_fails(cluster, 30, processes=2)


def test_nothing_is_lost_or_doubled_and_no_state_goes_back_in_some_orders(cluster: Cluster) -> None:
    none_fails(cluster, 5, processes=1)


def none_fails(cluster: Cluster, seconds: int, processes: int) -> None:
    done = interleavings(cluster, "--seconds", str(seconds), "--processes", str(processes))
    print(done.stdout)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "none failed" in done.stdout


def test_a_seed_is_the_same_again(cluster: Cluster) -> None:
    first, second = (moments(interleavings(cluster, "--seed", "6", "--trace").stdout) for _ in range(2))
    assert any(" KILL " in moment for moment in first)
    assert first == second


def moments(trace: str) -> list[str]:
    """When what went where; the content of messages has process ids in it."""
    return re.findall(r"^ *[0-9.]+ (?:\S+ -> \S+ \w+|KILL .*|CUT)", trace, re.MULTILINE)
