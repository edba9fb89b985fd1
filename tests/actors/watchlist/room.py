"""A WatchlistActor and who speaks to it."""

import time
from collections.abc import Callable
from typing import Any

import psutil
from thespian.actors import ActorExitRequest

from actors.runtime.engine.bases import SIMPLE
from actors.watchlist.actor import WatchlistActor
from actors.watchlist.commands.phrasing import counted
from messages.commands import (
    CommandAnswered,
    CommandOutcome,
    OperatorAnswer,
    OperatorCommand,
    Style,
    Surface,
    UserCommand,
)
from messages.delivery import Ack
from messages.drafts import WatchedNumbers
from messages.health import SnapshotRequest, WatchlistSnapshot
from messages.lifecycle import ActorFailed
from messages.papers import Paper, YearOfPapersQuery, YearOfPapersReply
from tests.actors.harness import LIMIT, Harness
from tests.builders import NOON, settings
from tests.commanding_builders import said
from tests.sql import rows

OTHERS = ("notifier", "prober", "index", "control", "health")
OPERATOR = "operator root"

CONNECTION = " WHERE datname = current_database() AND application_name = 'callboard watchlist'"


class Unhurried(WatchlistActor):
    """Waits for the answers of others as long as a test may take."""

    QUERY_SECONDS = 600.0


class Waiting(WatchlistActor):
    """Waits for answers that do not come, and long enough for those that do, on a busy machine."""

    QUERY_SECONDS = 10.0


class Room:
    """A WatchlistActor and who speaks to it."""

    def __init__(
        self,
        make_harness: Callable[..., Harness],
        dsn: str,
        actor: type[WatchlistActor] = Unhurried,
        **sections: Any,
    ) -> None:
        self.dsn = dsn
        self._actor = actor
        self.harness = make_harness(settings(**sections), dsn)
        self.last_said: UserCommand | None = None
        self._requests = 0
        self._seqs: dict[str, int] = {}
        self.begin()

    def begin(self) -> None:
        """Begin an actor on the tables as they are."""
        self.harness.begin(self._actor, "watchlist", others=OTHERS)

    def leave(self) -> None:
        """End the actor in good order, and wait until it has ended."""
        self.harness.tell(ActorExitRequest())
        self._until_disconnected()

    def kill(self) -> None:
        """End the actor in the midst of its work; on a base that has a process for it, with its process."""
        if self.harness.base == SIMPLE:
            self.harness.tell(ActorExitRequest())
            return
        process = psutil.Process(self.harness.pid)
        process.kill()
        process.wait(LIMIT)
        self._until_disconnected()

    def _until_disconnected(self) -> None:
        """And with that its last transaction is over."""
        self.until(lambda: not rows(self.dsn, "SELECT 1 FROM pg_stat_activity" + CONNECTION))

    def request_id(self) -> str:
        """Another one."""
        self._requests += 1
        return f"r{self._requests}"

    def add(self, user: str, text: str, by: str = OPERATOR) -> None:
        """Let a user watch one thing; `by` says who asked."""
        added = self.operate(f"watch! {text}", user, by)
        assert added.done is CommandOutcome.DONE, said(added.answer)

    def remove(self, user: str, text: str) -> None:
        """Take one entry."""
        removed = self.operate(f"unwatch {text}", user)
        assert removed.done is CommandOutcome.DONE, said(removed.answer)

    def watches(self, user: str) -> list[str]:
        """The texts of the entries of a user who has muted nothing."""
        answer = self.operate("watching", user).answer
        found = [span.text for line in answer.lines for span in line.spans if span.style is Style.STRONG]
        assert said(answer).startswith(
            f"You're watching {counted(len(found), 'entry', 'entries')}:" if found else "You aren't watching"
        )
        return found

    def deliver(self, source: str, event: Any) -> None:
        """The next event of a source, taken."""
        self._seqs[source] = seq = self._seqs.get(source, 0) + 1
        self.harness.deliver(source, seq, event)
        self.harness.expect(Ack, to=source, where=lambda ack: ack.seq == seq)

    def numbers(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The next that the prober is told."""
        event = self.harness.expect(WatchedNumbers, to="prober")
        return event.added, event.removed

    def snapshot(self) -> WatchlistSnapshot:
        """Asked for now."""
        return self.harness.ask(SnapshotRequest(request_id=self.request_id()), WatchlistSnapshot)

    def command(self, text: str, user: str = "U1", surface: Surface = Surface.DIRECT) -> CommandAnswered:
        """What a user says in Slack; the answer."""
        return self.answer_of(self.say(text, user, surface))

    def say(self, text: str, user: str = "U1", surface: Surface = Surface.DIRECT) -> str:
        """What a user says in Slack; the id of the command."""
        command = UserCommand(
            command_id=self.request_id(), user=user, text=text, surface=surface, channel="D1", thread="1.2", at=NOON
        )
        self.last_said = command
        self.deliver("notifier", command)
        return command.command_id

    def answer_of(self, command_id: str) -> CommandAnswered:
        """Of a command that was said."""
        return self.harness.expect(CommandAnswered, to="notifier", where=lambda each: each.command_id == command_id)

    def operate(self, text: str, user: str = "U1", by: str = OPERATOR) -> OperatorAnswer:
        """What an operator says for a user; the answer."""
        return self.harness.ask(self.an_operators(text, user, by), OperatorAnswer)

    def operate_when_it_can(self, text: str, user: str = "U1") -> None:
        """What an operator says for a user, again as long as the database is away."""

        def is_answered() -> bool:
            command = self.an_operators(text, user)

            def ends(message: object) -> bool:
                return (isinstance(message, OperatorAnswer) and message.request_id == command.request_id) or (
                    isinstance(message, ActorFailed) and message.handler == OperatorCommand.__name__
                )

            self.harness.tell(command)
            return isinstance(self.harness.expect(object, where=ends), OperatorAnswer)

        self.until(is_answered)

    def an_operators(self, text: str, user: str = "U1", by: str = OPERATOR) -> OperatorCommand:
        """What an operator says for a user."""
        return OperatorCommand(request_id=self.request_id(), user=user, text=text, by=by)

    def operators_answer(self) -> OperatorAnswer:
        """The next."""
        return self.harness.expect(OperatorAnswer)

    def fill(self, *papers: Paper) -> None:
        """Answer what the index is asked at the start."""
        query = self.harness.expect(YearOfPapersQuery, to="index")
        reply = YearOfPapersReply(request_id=query.request_id, papers=papers, synced_at=NOON)
        self.harness.tell_as("index", reply)
        self.took_over(len(papers))

    def took_over(self, papers: int) -> None:
        """Wait until so many papers of the index were taken over."""
        self.until(lambda: dict(self.snapshot().status.counters).get("papers_taken_over", 0) >= papers)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until that is so."""
        deadline = time.monotonic() + 100.0
        while not holds():
            assert time.monotonic() < deadline, "it did not become so"
            if (message := self.harness.driver.listen(0.02)) is not None:
                self.harness.heard.append(message)
