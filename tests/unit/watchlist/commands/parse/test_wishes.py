"""What no command fulfils."""

import pytest

from actors.watchlist.commands.parse.wishes import answer_to_wish
from tests.builders import a_paper
from tests.commanding_builders import a_user, said, say, some_papers


@pytest.mark.parametrize(
    "typed",
    ["only send me P2300", "send me only P2300", "only P2300", "I only care about P2300", "notify me only about P2300",
     "I'm only interested in P2300", "nothing but P2300"],
)  # fmt: skip
def test_only_one_paper_takes_nothing_off_the_list(typed: str) -> None:
    decision = say(typed, a_user("P2900"), papers=some_papers(a_paper(2300)))
    assert not decision.changes.add
    assert not decision.changes.remove
    assert said(decision).endswith("Type watch P2300, or watching.")


def test_authors_and_several_numbers_are_offered_together() -> None:
    assert said(say("only tell me about papers by Eric Niebler")).endswith("Type watch Eric Niebler, or watching.")
    assert said(say("I only want P2300 and P2996")).endswith("Type watch P2300 and P2996, or watching.")


def test_a_list_that_is_to_be_elsewhere_is_exported_by_its_owner() -> None:
    for typed, where in (("copy my list to #sg16", "#sg16"), ("share my watchlist with Ada Lovelace", "Ada Lovelace")):
        decision = say(typed, a_user("P2300"))
        assert said(decision).splitlines() == [
            f"I can't send your list to {where}. An export has it as commands, which can be pasted there.",
            "Type export.",
        ]


@pytest.mark.parametrize(
    "typed",
    ["only weekly", "only", "I only notify", "only notify me on weekdays", "only notify me by mail",
     "only drafts by me", "only notify me from now on", "only papers from this week", "just P2300",
     "only notify me about papers from 2024", "only papers by Niebler and drafts from Köppe",
     "copy the list in #sg16", "share my subscriptions with nobody"],
)  # fmt: skip
def test_other_sentences_with_these_words_are_none(typed: str) -> None:
    assert answer_to_wish(typed) is None


def test_long_texts_are_none() -> None:
    for long in ("send me " * 20 + "x", "only " + "to me " * 30 + "y", "only papers by " * 13):
        assert answer_to_wish(long) is None
