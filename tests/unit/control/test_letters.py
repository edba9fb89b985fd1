"""The letters of all actors in one list."""

from datetime import timedelta

import pytest

from actors.control.letters import gathered, owner_of
from messages.letters import Letter, LetterKind, LettersListed
from tests.builders import NOON


def a_letter(id: str, ago: float) -> Letter:
    at = NOON - timedelta(seconds=ago)
    return Letter(
        id=id, kind=LetterKind.EVENT, what="it", error="so", failures=3, messages=1, since=at, tried_at=at
    )  # fmt: skip


def listed(*letters: Letter, total: int | None = None) -> LettersListed:
    return LettersListed(request_id="1", letters=letters, total=len(letters) if total is None else total)


@pytest.mark.parametrize(
    ("id", "owner"),
    [
        ("prober/3", "prober"),
        ("notifier/recipient/C1", "notifier"),
        ("nobody/3", None),
        ("prober", None),
        ("prober/", None),
        ("", None),
    ],
)
def test_the_first_word_of_an_id_says_who_keeps_the_letter(id: str, owner: str | None) -> None:
    assert owner_of(id) == owner


def test_the_oldest_letters_of_all_come_first() -> None:
    listing = gathered(
        {"prober": listed(a_letter("prober/1", 5), a_letter("prober/2", 1)), "index": listed(a_letter("index/1", 3))}, 2
    )
    assert [letter.id for letter in listing.letters] == ["prober/1", "index/1"]
    assert (listing.total, listing.unheard) == (3, ())


def test_who_does_not_answer_is_named_and_hides_nobody() -> None:
    listing = gathered({"prober": TimeoutError(), "index": listed(a_letter("index/1", 3), total=9)}, 10)
    assert ([letter.id for letter in listing.letters], listing.total, listing.unheard) == (["index/1"], 9, ("prober",))
