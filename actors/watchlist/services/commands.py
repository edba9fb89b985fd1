"""The part of the WatchlistActor that answers commands, of users and of operators for them.

A command takes effect in the transaction that takes it, with its answer. One that others must be asked about is kept
open in the tables; it is asked again after a restart, and answered by what was heard when the time is up.
"""

import zoneinfo
from functools import partial

from thespian.actors import ActorAddress

from actors.runtime.delivery.durable import Tx
from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.commands import ParsedCommand, WhyCommand
from actors.watchlist.commands.parse.language import understand
from actors.watchlist.commands.parse.normalize import from_slack, plain
from actors.watchlist.commands.run import deciding, preferences, showing, why
from actors.watchlist.commands.run.deciding import CommandContext
from actors.watchlist.commands.run.result import CommandResult, asking, done, refused
from actors.watchlist.matching.entries import refusal_of_user
from actors.watchlist.model.questions import Question, QuestionKind, WhyFacts
from actors.watchlist.model.user_state import Changes, Requester, UserState
from actors.watchlist.services.queries import InquiringActor
from actors.watchlist.storage import news, open_commands, people, store
from actors.watchlist.storage.open_commands import OpenCommand
from messages.commands import (
    Answer,
    CommandAnswered,
    OperatorAnswer,
    OperatorCommand,
    Outcome,
    PreferencesChanged,
    Surface,
    UserCommand,
    UserForgotten,
)
from messages.lifecycle import Begin

LOOK_AGAIN = 30.0
"""Seconds between two looks at commands that nobody is being asked about, for the database was away."""

MOST_OPEN = 20
"""Commands of one user that wait at a time."""


class AnsweringActor(InquiringActor):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self._zones: frozenset[str] = frozenset()
        self._open_commands: dict[int, OpenCommand] = {}

    # --- start

    def load(self, tx: Tx) -> None:
        """And the commands that wait."""
        super().load(tx)
        self._open_commands = {each.place: each for each in open_commands.all_open(tx.cursor)}

    def begin(self, begin: Begin) -> str:
        """Learn the time zones."""
        self._zones = frozenset(zoneinfo.available_timezones())
        self.every(LOOK_AGAIN, self._ask_for_open_ones)
        return super().begin(begin)

    def introduced(self) -> None:
        """Ask again what was asked before a restart."""
        super().introduced()
        self._ask_for_open_ones()

    # --- commands

    def take_UserCommand(self, command: UserCommand, tx: Tx) -> None:
        """Do it and answer, or ask others."""
        order = understand(command.text, plain if command.surface is Surface.BUTTON else from_slack, self._zones)
        decision = self._interpret(tx, command.user, order, Requester.USER, command.user)
        if decision.answer is not None:
            self._answer(tx, command, decision.answer)
        elif self._waits_too_long(command.user):
            self._answer(tx, command, showing.too_many_open())
        else:
            assert decision.question is not None, "a decision has an answer or a question"
            opened = open_commands.open_command(tx.cursor, command, decision.question, self.now())
            tx.after_commit(partial(self._opened, opened))

    def receiveMsg_OperatorCommand(self, command: OperatorCommand, sender: ActorAddress) -> None:
        """The same for an operator, who is answered at once."""
        with self.transaction() as tx:
            order = understand(command.text, plain, self._zones)
            decision = self._interpret(tx, command.user, order, Requester.OPERATOR, command.by)
        then = partial(self._answer_at_once, sender, command.request_id)
        if decision.answer is not None:
            then(decision.outcome, decision.answer)
        elif decision.question is not None:
            self.ask(decision.question, then)

    def _interpret(self, tx: Tx, user: str, order: ParsedCommand, requester: Requester, by: str) -> CommandResult:
        self.count("commands")
        if (refusal := refusal_of_user(user)) is not None:
            return refused(phrasing.answer(phrasing.line(refusal.detail)))
        now = self.now()
        standing = UserState(
            id=user,
            requester=requester,
            by=by,
            entries=store.of_user(tx.cursor, user),
            mutes=self._memory.mutes.of(user, now),
            preferences=people.preferences(tx.cursor, user),
        )
        if isinstance(order, WhyCommand):
            return self._why(tx, order, standing)
        memory = self._memory
        given = CommandContext(
            recent_papers=memory.recent_papers, audiences=memory.audiences, zones=self._zones, now=now
        )
        decision = deciding.decide(order, standing, given)
        self.change(tx, standing, decision.changes)
        return decision

    def _why(self, tx: Tx, order: WhyCommand, standing: UserState) -> CommandResult:
        subject = deciding.subject_of(order)
        if isinstance(subject, CommandResult):
            return subject
        known = WhyFacts(
            subject=subject,
            user=standing.id,
            told=news.told(tx.cursor, standing.id, subject, why.MOST_TOLD),
            matching=self._memory.matching(subject, standing),
            muted=next((each for each in standing.mutes if each.kind is None or each.key == subject), None),
            zone=preferences.preferences_of(standing).zone,
        )
        if all(each.at is None for each in known.told):
            return done(why.why(known, ()))
        return asking(Question(kind=QuestionKind.WHY, why=known))

    def change(self, tx: Tx, standing: UserState, changes: Changes) -> None:
        """Let changes to a user take effect, with the events that they cause."""
        if changes.forget:
            changes = Changes(remove=tuple((each.kind, each.key) for each in standing.entries), forget=True)
        if changes == Changes():
            return
        user = standing.id
        numbers = self._memory.numbers(user, changes)
        if numbers.added or numbers.removed:
            tx.emit("prober", numbers)
        self._store(tx, user, changes)
        tx.after_commit(lambda: self._changed(user, changes))

    def _store(self, tx: Tx, user: str, changes: Changes) -> None:
        if changes.remove:
            store.remove(tx.cursor, user, changes.remove)
        if changes.add:
            store.add(tx.cursor, changes.add)
        if changes.mute:
            people.mute(tx.cursor, changes.mute)
        people.unmute(tx.cursor, user, changes.unmute)
        if changes.preferences is not None:
            people.prefer(tx.cursor, changes.preferences)
            tx.emit("notifier", PreferencesChanged(preferences=changes.preferences))
        if changes.forget:
            people.forget(tx.cursor, user)
            self._learn_standing(tx)
            tx.emit("notifier", UserForgotten(user=user))

    def _changed(self, user: str, changes: Changes) -> None:
        self._memory.apply(user, changes)
        if changes.forget:
            self._open_commands = {place: each for place, each in self._open_commands.items() if each.user != user}

    # --- answers

    def _answer(self, tx: Tx, command: UserCommand | OpenCommand, answer: Answer) -> None:
        answered = CommandAnswered(
            command_id=command.command_id,
            user=command.user,
            channel=command.channel,
            thread=command.thread,
            answer=answer,
        )
        tx.emit("notifier", answered)

    def _answer_at_once(self, sender: ActorAddress, request_id: str, outcome: Outcome, answer: Answer) -> None:
        self.send(sender, OperatorAnswer(request_id=request_id, done=outcome, answer=answer))

    # --- questions

    def _opened(self, opened: OpenCommand) -> None:
        self._open_commands[opened.place] = opened
        self._ask_for(opened)

    def _waits_too_long(self, user: str) -> bool:
        return sum(each.user == user for each in self._open_commands.values()) >= MOST_OPEN

    def _ask_for_open_ones(self) -> None:
        for opened in tuple(self._open_commands.values()):
            self._ask_for(opened)

    def _ask_for(self, opened: OpenCommand) -> None:
        request_id = f"open-{opened.place}"
        if not self.is_asked(request_id):
            self.ask(opened.question, partial(self._close, opened), request_id)

    def _close(self, opened: OpenCommand, outcome: Outcome, answer: Answer) -> None:
        with self.transaction() as tx:
            if open_commands.close(tx.cursor, opened.place):
                self._answer(tx, opened, answer)
            tx.after_commit(lambda: self._closed(opened))

    def _closed(self, opened: OpenCommand) -> None:
        self._open_commands.pop(opened.place, None)
