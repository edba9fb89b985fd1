"""The letters of all actors in one list: pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from messages.dead_letters import DeadLetter, DeadLettersListed

OWNERS = ("index", "prober", "watchlist", "notifier")
"""Who keeps letters; the first word of a letter's id is one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What `run.py letters list` shows: the oldest letters, how many there are, and who did not answer."""

    dead_letters: tuple[DeadLetter, ...]
    total: int
    unheard: tuple[str, ...]


def owner_of(id: str) -> str | None:
    """Who keeps the letter `id`; None if nobody could."""
    owner, slash, rest = id.partition("/")
    return owner if slash and rest and owner in OWNERS else None


def gathered(answers: Mapping[str, DeadLettersListed | BaseException], limit: int) -> Listing:
    """The oldest `limit` of all that was answered."""
    heard = [answer for answer in answers.values() if isinstance(answer, DeadLettersListed)]
    dead_letters = sorted(
        (dead_letter for answer in heard for dead_letter in answer.dead_letters), key=lambda each: (each.since, each.id)
    )
    return Listing(
        dead_letters=tuple(dead_letters[:limit]),
        total=sum(answer.total for answer in heard),
        unheard=tuple(name for name, answer in answers.items() if not isinstance(answer, DeadLettersListed)),
    )
