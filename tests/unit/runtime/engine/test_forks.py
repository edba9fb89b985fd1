"""Hooks of os.fork: one for the process, however many loops there were."""

import gc
import os
from collections.abc import Callable
from typing import Any

import pytest

from actors.runtime.engine.forks import FORK_HOOKS
from actors.runtime.engine.loop import PrivateLoop


def run(name: str, call: Callable[[], None]) -> None:
    call()


def test_loops_that_come_and_go_leave_no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[Any] = []
    monkeypatch.setattr(os, "register_at_fork", lambda **hooks: registered.append(hooks))
    gc.collect()
    before = len(FORK_HOOKS)
    for _ in range(50):
        PrivateLoop(run).close()
    gc.collect()
    assert registered == []
    assert len(FORK_HOOKS) == before


def test_a_hook_is_called_in_the_child_and_not_in_the_parent() -> None:
    class Witness:
        def __init__(self) -> None:
            self.calls = 0

        def forked(self) -> None:
            self.calls += 1

    witness = Witness()
    FORK_HOOKS.add(witness.forked)
    child = os.fork()
    if child == 0:
        os._exit(witness.calls)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
    assert witness.calls == 0
