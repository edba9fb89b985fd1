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
from actors.watchlist.commands.parse.addressing import channel_order
from actors.watchlist.commands.parse.normalize import from_slack, plain
from actors.watchlist.commands.parse.parsed_commands import ParsedCommand, WhyCommand
from actors.watchlist.commands.parse.parser import parse_command
from actors.watchlist.commands.run import channels, deciding, preferences
from actors.watchlist.commands.run.answers import home, questions, showing, why
from actors.watchlist.commands.run.answers.questions import PendingQuery
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
from messages.home import CommandCheck, CommandChecked, HomeQuery, HomeReply

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
        is_plain = command.surface is Surface.BUTTON
        if (order := channel_order(command.text, command.place)) is not None:
            self._actor.count("commands")
            result = channels.ask_about(order, command.user, command.user, is_plain=is_plain)
        else:
            parsed = parse_command(command.text, plain if is_plain else from_slack, self._zones)
            result = self._run(tx, command.user, parsed, Requester.USER, command.user)
        if result.answer is None and self._has_too_many_open(command.user):
            _answer(tx, command, CommandOutcome.REFUSED, showing.too_many_open())
        else:
            self._answer_or_ask(tx, command, result)

    def _answer_or_ask(self, tx: Tx, command: UserCommand | OpenCommand, result: CommandResult) -> None:
        if result.answer is not None:
            _answer(tx, command, result.outcome, result.answer)
            return
        assert result.question is not None, "a result has an answer or a question"
        opened = users.add_open_command(tx.cursor, command, result.question, self._actor.now())
        tx.after_commit(partial(self._opened, opened))

    def take_operator_command(self, command: OperatorCommand, sender: ActorAddress) -> None:
        """Run a command and reply to `sender`, if need be when other actors have replied."""
        with self._actor.transaction() as tx:
            if (order := channel_order(command.text, "")) is not None:
                result = channels.ask_about(order, "", command.by, is_plain=True)
            else:
                parsed = parse_command(command.text, plain, self._zones)
                result = self._run(tx, command.user, parsed, Requester.OPERATOR, command.by)
        self._reply_or_ask(sender, command.request_id, result)

    def _reply_or_ask(self, sender: ActorAddress, request_id: str, result: CommandResult) -> None:
        if result.answer is not None:
            answered = OperatorAnswer(request_id=request_id, done=result.outcome, answer=result.answer)
            self._actor.send(sender, answered)
        elif result.question is not None:
            self._queries.ask(result.question, partial(self._replied_to_operator, sender, request_id))

    def _replied_to_operator(self, sender: ActorAddress, request_id: str, query: PendingQuery) -> None:
        with self._actor.transaction() as tx:
            result = self._result_of(tx, query)
        self._reply_or_ask(sender, request_id, result)

    def _result_of(self, tx: Tx, query: PendingQuery) -> CommandResult:
        """What comes of a command when other actors have replied: a command about a channel is run only then."""
        reply, question = query.replies.channel, query.question
        if reply is None:
            outcome, answer = questions.answer(query)
            return CommandResult(outcome=outcome, answer=answer)
        if (refusal := channels.refusal(question.channel, reply)) is not None:
            return refusal
        parsed = parse_command(question.text, plain, self._zones)
        requester = Requester.USER if question.member else Requester.OPERATOR
        called = channels.called_by(question.channel, reply)
        return self._run(tx, reply.id, parsed, requester, question.by, called, is_readers=reply.is_readers)

    def _run(
        self,
        tx: Tx,
        user_id: str,
        command: ParsedCommand,
        requester: Requester,
        by: str,
        channel: str = "",
        *,
        is_readers: bool = False,
    ) -> CommandResult:
        self._actor.count("commands")
        if (refusal := refusal_of_user(user_id)) is not None:
            return refused(phrasing.answer(phrasing.line(refusal.detail)))
        user = self._user(tx, user_id, requester, by, channel, is_readers=is_readers)
        result = channels.refused_to_readers(command, user) or self._decided(tx, command, user)
        self._apply(tx, user, result.changes)
        return channels.addressed(result, command, user) if channel else result

    def _user(
        self, tx: Tx, user_id: str, requester: Requester, by: str, channel: str, *, is_readers: bool
    ) -> UserState:
        return UserState(
            id=user_id,
            requester=requester,
            by=by,
            entries=users.entries_of(tx.cursor, user_id),
            mutes=self._state.mutes.of(user_id, self._actor.now()),
            preferences=users.preferences_of(tx.cursor, user_id),
            default_zone=self._actor.settings.slack.timezone,
            channel=channel,
            is_readers=is_readers,
        )

    def _decided(self, tx: Tx, command: ParsedCommand, user: UserState) -> CommandResult:
        if isinstance(command, WhyCommand):
            return self._why(tx, command, user)
        return deciding.decide(command, user, self._context(tx))

    def _context(self, tx: Tx) -> CommandContext:
        state = self._state
        return CommandContext(
            recent_papers=state.recent_papers,
            audiences=state.audiences,
            zones=self._zones,
            now=self._actor.now(),
            names=state.names,
            number=partial(known_names.number, tx.cursor),
        )

    # --- the app's home, and forms

    def home(self, query: HomeQuery) -> HomeReply:
        """What a person's home shows."""
        with self._actor.transaction() as tx:
            return home.home(query.request_id, self._person(tx, query.user), self._state.names)

    def check(self, query: CommandCheck) -> CommandChecked:
        """Whether a command would be refused; it changes nothing."""
        with self._actor.transaction() as tx:
            parsed = parse_command(query.text, plain, self._zones)
            if isinstance(parsed, WhyCommand):
                return CommandChecked(request_id=query.request_id, refusal="")
            result = deciding.decide(parsed, self._person(tx, query.user), self._context(tx))
        return CommandChecked(request_id=query.request_id, refusal=home.refusal(result))

    def _person(self, tx: Tx, user: str) -> UserState:
        return self._user(tx, user, Requester.USER, user, "", is_readers=False)

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
            channel=user.channel,
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

    def _close(self, opened: OpenCommand, query: PendingQuery) -> None:
        with self._actor.transaction() as tx:
            if users.close_command(tx.cursor, opened.place):
                self._answer_or_ask(tx, opened, self._result_of(tx, query))
            tx.after_commit(lambda: self._closed(opened))

    def _closed(self, opened: OpenCommand) -> None:
        self._state.open_commands.pop(opened.place, None)


def _answer(tx: Tx, command: UserCommand | OpenCommand, outcome: CommandOutcome, answer: CommandAnswer) -> None:
    answered = CommandAnswered(
        command_id=command.command_id,
        user=command.user,
        channel=command.channel,
        thread=command.thread,
        answer=answer,
        done=outcome,
    )
    tx.emit("notifier", answered)
