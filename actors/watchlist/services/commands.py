"""Runs the commands of users, and of operators on their behalf.

A command takes effect in the transaction that takes it, together with its answer. One that other actors must be asked
about stays open in the tables: after a restart they are asked again, and when the time is up it is answered with what
they have replied.
"""

from functools import partial

from thespian.actors import ActorAddress

from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.timezones import known
from actors.watchlist.commands import phrasing
from actors.watchlist.commands.parse.normalize import from_slack, plain
from actors.watchlist.commands.parse.parsed_commands import ParsedCommand, WhyCommand
from actors.watchlist.commands.parse.parser import parse_command
from actors.watchlist.commands.run import deciding, preferences, showing, why
from actors.watchlist.commands.run.deciding import CommandContext
from actors.watchlist.commands.run.result import CommandResult, asking, done, refused
from actors.watchlist.commands.run.taking_back import taken_back
from actors.watchlist.matching.entries import refusal_of_user
from actors.watchlist.model.questions import OpenCommand, Question, QuestionKind, WhyFacts
from actors.watchlist.model.user_state import Changes, Requester, UserState
from actors.watchlist.services.queries import QueryClient
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import known_names, news, users
from messages.commands import (
    CommandAnswer,
    CommandAnswered,
    CommandOutcome,
    OperatorAnswer,
    OperatorCommand,
    PreferencesChanged,
    Surface,
    UserCommand,
    UserForgotten,
)

REASK_SECONDS = 30.0
"""How often other actors are asked again about open commands whose answer could not be stored, as the database was
away."""

MAX_OPEN_PER_USER = 20
"""Commands of one user that may be open at a time."""


class CommandService:
    """Owned by the WatchlistActor."""

    def __init__(
        self,
        actor: DurableActor,
        state: WatchlistState,
        queries: QueryClient,
    ) -> None:
        self._actor = actor
        self._state = state
        self._queries = queries
        self._zones: frozenset[str] = frozenset()

    def begin(self) -> None:
        """Learn the time zones, and look after open commands."""
        self._zones = known.names()
        self._actor.every(REASK_SECONDS, self.ask_about_open_commands)

    # --- commands

    def take_user_command(self, command: UserCommand, tx: Tx) -> None:
        """Run a command and answer it, or ask other actors first."""
        parsed = parse_command(command.text, plain if command.surface is Surface.BUTTON else from_slack, self._zones)
        result = self._run(tx, command.user, parsed, Requester.USER, command.user)
        if result.answer is not None:
            _answer(tx, command, result.answer)
        elif self._has_too_many_open(command.user):
            _answer(tx, command, showing.too_many_open())
        else:
            assert result.question is not None, "a result has an answer or a question"
            opened = users.add_open_command(tx.cursor, command, result.question, self._actor.now())
            tx.after_commit(partial(self._opened, opened))

    def take_operator_command(self, command: OperatorCommand, sender: ActorAddress) -> None:
        """Run a command and reply to `sender`, if need be when other actors have replied."""
        with self._actor.transaction() as tx:
            parsed = parse_command(command.text, plain, self._zones)
            result = self._run(tx, command.user, parsed, Requester.OPERATOR, command.by)
        reply = partial(self._reply, sender, command.request_id)
        if result.answer is not None:
            reply(result.outcome, result.answer)
        elif result.question is not None:
            self._queries.ask(result.question, reply)

    def _run(self, tx: Tx, user_id: str, command: ParsedCommand, requester: Requester, by: str) -> CommandResult:
        self._actor.count("commands")
        if (refusal := refusal_of_user(user_id)) is not None:
            return refused(phrasing.answer(phrasing.line(refusal.detail)))
        now, state = self._actor.now(), self._state
        user = UserState(
            id=user_id,
            requester=requester,
            by=by,
            entries=users.entries_of(tx.cursor, user_id),
            mutes=state.mutes.of(user_id, now),
            preferences=users.preferences_of(tx.cursor, user_id),
            default_zone=self._actor.settings.slack.timezone,
        )
        if isinstance(command, WhyCommand):
            return self._why(tx, command, user)
        context = CommandContext(
            recent_papers=state.recent_papers,
            audiences=state.audiences,
            zones=self._zones,
            now=now,
            names=state.names,
            number=partial(known_names.number, tx.cursor),
        )
        result = deciding.decide(command, user, context)
        self._apply(tx, user, result.changes)
        return result

    def _why(self, tx: Tx, command: WhyCommand, user: UserState) -> CommandResult:
        subject = deciding.subject_of(command)
        if isinstance(subject, CommandResult):
            return subject
        facts = WhyFacts(
            subject=subject,
            user=user.id,
            told=news.notice_history(tx.cursor, user.id, subject, why.MAX_NOTICES),
            matching=self._state.entries_matching(subject, user),
            muted=next((each for each in user.mutes if each.kind is None or each.key == subject), None),
            zone=preferences.zone_of(user),
        )
        if all(each.at is None or each.taken_back for each in facts.told):
            return done(why.why(facts, ()))
        return asking(Question(kind=QuestionKind.WHY, why=facts))

    # --- changes

    def _apply(self, tx: Tx, user: UserState, changes: Changes) -> None:
        """Store the changes of a command, with the events that they cause."""
        if changes.forget:
            changes = Changes(remove=tuple((each.kind, each.key) for each in user.entries), forget=True)
        elif (command := taken_back(user, changes)) is not None:
            news.take_back(tx.cursor, command, self._actor.now())
            tx.emit("notifier", command)
        if changes == Changes():
            return
        numbers = self._state.number_changes(user.id, changes)
        if numbers.added or numbers.removed:
            tx.emit("prober", numbers)
        self._store(tx, user.id, changes)
        tx.after_commit(lambda: self._state.apply(user.id, changes))

    def _store(self, tx: Tx, user: str, changes: Changes) -> None:
        if changes.remove:
            users.remove_entries(tx.cursor, user, changes.remove)
        if changes.add:
            users.add_entries(tx.cursor, changes.add)
        if changes.mute:
            users.save_mutes(tx.cursor, changes.mute)
        users.remove_mutes(tx.cursor, user, changes.unmute)
        if changes.preferences is not None:
            users.save_preferences(tx.cursor, changes.preferences)
            tx.emit("notifier", PreferencesChanged(preferences=changes.preferences))
        if changes.forget:
            users.forget(tx.cursor, user)
            self._actor.recount_dead_letters(tx)
            tx.emit("notifier", UserForgotten(user=user))

    # --- open commands

    def ask_about_open_commands(self) -> None:
        """Ask other actors about every open command that they are not being asked about."""
        for opened in tuple(self._state.open_commands.values()):
            self._ask_about(opened)

    def _opened(self, opened: OpenCommand) -> None:
        self._state.open_commands[opened.place] = opened
        self._ask_about(opened)

    def _has_too_many_open(self, user: str) -> bool:
        return sum(each.user == user for each in self._state.open_commands.values()) >= MAX_OPEN_PER_USER

    def _ask_about(self, opened: OpenCommand) -> None:
        request_id = f"open-{opened.place}"
        if not self._queries.is_waiting(request_id):
            self._queries.ask(opened.question, partial(self._close, opened), request_id)

    def _close(self, opened: OpenCommand, outcome: CommandOutcome, answer: CommandAnswer) -> None:
        with self._actor.transaction() as tx:
            if users.close_command(tx.cursor, opened.place):
                _answer(tx, opened, answer)
            tx.after_commit(lambda: self._closed(opened))

    def _closed(self, opened: OpenCommand) -> None:
        self._state.open_commands.pop(opened.place, None)

    # --- answers

    def _reply(self, sender: ActorAddress, request_id: str, outcome: CommandOutcome, answer: CommandAnswer) -> None:
        self._actor.send(sender, OperatorAnswer(request_id=request_id, done=outcome, answer=answer))


def _answer(tx: Tx, command: UserCommand | OpenCommand, answer: CommandAnswer) -> None:
    answered = CommandAnswered(
        command_id=command.command_id,
        user=command.user,
        channel=command.channel,
        thread=command.thread,
        answer=answer,
    )
    tx.emit("notifier", answered)
