"""What could not be delivered, of all actors in one list."""

from datetime import timedelta

import pytest

from actors.control.answers.undelivered import gathered, listing_of, owner_of
from messages.dead_letters import DeadLetter, DeadLetterKind, DeadLettersListed
from tests.builders import NOON


def a_dead_letter(id: str, ago: float) -> DeadLetter:
    at = NOON - timedelta(seconds=ago)
    return DeadLetter(
        id=id, kind=DeadLetterKind.EVENT, what="it", error="so", failures=3, messages=1, since=at, tried_at=at
    )  # fmt: skip


def listed(*dead_letters: DeadLetter, total: int | None = None) -> DeadLettersListed:
    return DeadLettersListed(
        request_id="1", dead_letters=dead_letters, total=len(dead_letters) if total is None else total
    )


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
def test_the_first_word_of_an_id_says_which_actor_keeps_it(id: str, owner: str | None) -> None:
    assert owner_of(id) == owner


def test_the_oldest_come_first() -> None:
    listing = gathered(
        {
            "prober": listed(a_dead_letter("prober/1", 5), a_dead_letter("prober/2", 1)),
            "index": listed(a_dead_letter("index/1", 3)),
        },
        2,
    )
    assert [dead_letter.id for dead_letter in listing.dead_letters] == ["prober/1", "index/1"]
    assert (listing.total, listing.unheard) == (3, ())


def test_an_actor_that_does_not_answer_is_named_and_hides_nobody() -> None:
    listing = gathered({"prober": TimeoutError(), "index": listed(a_dead_letter("index/1", 3), total=9)}, 10)
    assert ([dead_letter.id for dead_letter in listing.dead_letters], listing.total, listing.unheard) == (
        ["index/1"],
        9,
        ("prober",),
    )


def test_the_former_key_stands_next_to_the_new_one() -> None:
    told = listing_of(gathered({"index": listed(a_dead_letter("index/1", 3), total=2)}, 1))
    assert [each.id for each in told["undelivered"]] == ["index/1"]
    assert told["letters"] == told["undelivered"]
    assert (told["total"], told["unheard"]) == (2, ())
