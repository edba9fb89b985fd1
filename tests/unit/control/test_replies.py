"""Answers to commands for the command line."""

import pytest

from actors.control.answers.replies import answer_to_command, shown, told
from messages.commands import AnswerLine, CommandAnswer, CommandOutcome, OperatorAnswer, Span, Style

ANSWER = CommandAnswer(
    lines=(
        AnswerLine(spans=(Span(text="Of "), Span(text="P2300", style=Style.STRONG))),
        AnswerLine(spans=()),
        AnswerLine(spans=(Span(text="wg21.link", style=Style.LINK, url="https://wg21.link/P2300"),)),
    )
)


def test_an_answer_is_told_in_lines_with_its_addresses() -> None:
    assert told(ANSWER) == "Of P2300\n\nwg21.link (https://wg21.link/P2300)"


@pytest.mark.parametrize("outcome", CommandOutcome)
def test_what_is_refused_or_not_answered_whole_is_an_error(outcome: CommandOutcome) -> None:
    answered = answer_to_command(OperatorAnswer(request_id="r", done=outcome, answer=ANSWER))
    assert answered.ok is (outcome is CommandOutcome.DONE)
    assert (answered.error or answered.result["text"]) == told(ANSWER)


def test_an_answer_is_shown_whole_and_in_pieces() -> None:
    assert shown(ANSWER) == {"text": told(ANSWER), "lines": [line.spans for line in ANSWER.lines]}
