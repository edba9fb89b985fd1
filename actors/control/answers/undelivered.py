"""What could not be delivered, of all actors in one list: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from messages.dead_letters import DeadLetter, DeadLettersListed

OWNERS = ("index", "prober", "watchlist", "notifier")
"""Who keeps dead letters; the first word of a dead letter's id is one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The oldest dead letters, how many there are in all, and which actors did not answer."""

    dead_letters: tuple[DeadLetter, ...]
    total: int
    unheard: tuple[str, ...]


def owner_of(id: str) -> str | None:
    """Who keeps the dead letter `id`; None if nobody could."""
    owner, slash, rest = id.partition("/")
    return owner if slash and rest and owner in OWNERS else None


def no_such(id: str) -> str:
    """What to say of an id that is none."""
    return f"nothing undelivered has the id {id}: `callboard undelivered` lists the ids"


def gathered(answers: Mapping[str, DeadLettersListed | BaseException], limit: int) -> Listing:
    """The oldest `limit` of all that was answered."""
    answered = [answer for answer in answers.values() if isinstance(answer, DeadLettersListed)]
    dead_letters = sorted(
        (dead_letter for answer in answered for dead_letter in answer.dead_letters),
        key=lambda each: (each.since, each.id),
    )
    return Listing(
        dead_letters=tuple(dead_letters[:limit]),
        total=sum(answer.total for answer in answered),
        unheard=tuple(name for name, answer in answers.items() if not isinstance(answer, DeadLettersListed)),
    )


def listing_of(listing: Listing) -> dict[str, Any]:
    """What `callboard undelivered --json` prints. `letters` is what `undelivered` was called in version 0.1."""
    return {
        "undelivered": listing.dead_letters,
        "letters": listing.dead_letters,
        "total": listing.total,
        "unheard": listing.unheard,
    }
