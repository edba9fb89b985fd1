"""The result of a command: its answer and changes, or a question that has to be asked first. Pure values."""

from dataclasses import dataclass

from actors.watchlist.model.questions import Question
from actors.watchlist.model.user_state import NO_CHANGES, Changes
from messages.commands import Answer, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What becomes of a command: its answer, or what must be asked first (then `answer` is None)."""

    outcome: Outcome
    answer: Answer | None
    changes: Changes = NO_CHANGES
    question: Question | None = None


def done(answer: Answer, changes: Changes = NO_CHANGES) -> CommandResult:
    """It is done, and this is said."""
    return CommandResult(outcome=Outcome.DONE, answer=answer, changes=changes)


def refused(answer: Answer) -> CommandResult:
    """Nothing is changed, and this is said."""
    return CommandResult(outcome=Outcome.REFUSED, answer=answer)


def asking(question: Question) -> CommandResult:
    """Others must be asked."""
    return CommandResult(outcome=Outcome.DONE, answer=None, question=question)
