"""The result of a command. Pure values."""

from dataclasses import dataclass

from actors.watchlist.model.questions import Question
from actors.watchlist.model.user_state import NO_CHANGES, Changes
from messages.commands import CommandAnswer, CommandOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """The answer to a command and what it changes, or the question that other actors must be asked first (then
    `answer` is None)."""

    outcome: CommandOutcome
    answer: CommandAnswer | None
    changes: Changes = NO_CHANGES
    question: Question | None = None


def done(answer: CommandAnswer, changes: Changes = NO_CHANGES) -> CommandResult:
    """The command was carried out."""
    return CommandResult(outcome=CommandOutcome.DONE, answer=answer, changes=changes)


def refused(answer: CommandAnswer) -> CommandResult:
    """Nothing changes; the answer says why."""
    return CommandResult(outcome=CommandOutcome.REFUSED, answer=answer)


def asking(question: Question) -> CommandResult:
    """Other actors must be asked."""
    return CommandResult(outcome=CommandOutcome.DONE, answer=None, question=question)
