"""Runs the checks of what Callboard depends on: asks the actors that know, and measures the database."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from actors.checks.built_in.findings import ASKED, PROBER, BuiltInFinding, finding_of, without_network
from actors.runtime.ask import ANSWER_SECONDS, Asker, Questions, Replies
from actors.runtime.delivery.tx import Tx
from actors.runtime.failures import DatabaseAway
from messages.checks import CheckResult, CheckRun, CheckVerdict, ResultMark
from messages.health import SnapshotRequest


class BuiltInOwner(Asker, Protocol):
    """What the ChecksActor offers."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def clock(self) -> float:
        """Seconds that never go back."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """One transaction of its schema."""


class BuiltInChecks:
    """Of the ChecksActor. `done` gets the results."""

    def __init__(self, owner: BuiltInOwner, done: Callable[[Sequence[CheckResult]], None]) -> None:
        self._owner = owner
        self._done = done
        self._questions = Questions(owner)

    def run(self, runs: Sequence[CheckRun]) -> None:
        """Carry runs out; each actor is asked once for all that it knows, and the prober whether our own network
        is away."""
        by_actor: dict[str, list[CheckRun]] = {}
        for run in runs:
            by_actor.setdefault(ASKED.get(run.check.name, ""), []).append(run)
        if of_database := by_actor.pop("", []):
            self._owner.after(0.0, partial(self._measure, of_database))
        for actor, theirs in by_actor.items():
            queries = {name: SnapshotRequest(request_id=uuid.uuid4().hex) for name in dict.fromkeys((actor, PROBER))}
            self._questions.ask(queries, ANSWER_SECONDS, partial(self._answered, actor, theirs))

    def replied(self, snapshot: Any) -> None:
        """An actor has answered."""
        self._questions.replied(snapshot)

    def _answered(self, actor: str, runs: Sequence[CheckRun], replies: Replies) -> None:
        snapshot, prober = replies.by_name.get(actor), replies.by_name.get(PROBER)
        silent = BuiltInFinding(verdict=None, error=f"{actor} did not answer")
        findings = (silent if snapshot is None else finding_of(run.check.name, snapshot) for run in runs)
        self._done(
            [
                self._result(run, without_network(finding, prober), 0.0)
                for run, finding in zip(runs, findings, strict=True)
            ]
        )

    def _measure(self, runs: Sequence[CheckRun]) -> None:
        """How long a transaction takes; one that fails is the result, which is stored when that is possible again."""
        began = self._owner.clock()
        finding = BuiltInFinding(verdict=CheckVerdict.PASSED)
        try:
            with self._owner.transaction() as tx:
                tx.cursor.execute("SELECT 1")
        except DatabaseAway as error:
            finding = BuiltInFinding(verdict=CheckVerdict.FAILED, error=str(error))
        seconds = self._owner.clock() - began
        self._done([self._result(run, finding, seconds) for run in runs])

    def _result(self, run: CheckRun, finding: BuiltInFinding, seconds: float) -> CheckResult:
        return CheckResult(
            key=run.check.key,
            generation=run.generation,
            verdict=finding.verdict or CheckVerdict.FAILED,
            at=self._owner.now(),
            duration=seconds,
            error=finding.error,
            mark=ResultMark.NONE if finding.verdict else ResultMark.OFFLINE,
        )
