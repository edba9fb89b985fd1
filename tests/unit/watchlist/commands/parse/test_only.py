"""What is wanted and nothing else."""

import pytest

from actors.watchlist.commands.parse.only import wanted
from tests.builders import a_paper
from tests.commanding_builders import a_user, said, say, some_papers


@pytest.mark.parametrize(
    "typed",
    ["only send me P2300", "send me only P2300", "only P2300", "I only care about P2300", "notify me only about P2300",
     "I'm only interested in P2300", "nothing but P2300"],
)  # fmt: skip
def test_nothing_is_taken_off_the_list(typed: str) -> None:
    decision = say(typed, a_user("P2900"), papers=some_papers(a_paper(2300)))
    assert not decision.changes.add
    assert not decision.changes.remove
    assert said(decision).endswith("Type watch P2300, or watching.")


def test_authors_and_several_numbers_are_offered_together() -> None:
    assert said(say("only tell me about papers by Niebler")).endswith("Type watch Niebler, or watching.")
    assert said(say("I only want P2300 and P2996")).endswith("Type watch P2300 and P2996, or watching.")


def test_other_sentences_with_these_words_are_none() -> None:
    for typed in ("only weekly", "only", "I only notify", "only notify me on weekdays"):
        assert wanted(typed) is None, typed
    for long in ("send me " * 20 + "x", "only " + "to me " * 30 + "y"):
        assert wanted(long) is None
