"""What happens on the stage during a chaos run, and what must be told because of it. Pure."""

import random
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.chaos.checked import CHECKED, CHECKS_CHANNEL, MOST_FLIPS, flip_id

CHANNEL = "C0PAPERS"
AUTHORS = ("Ada Quell", "Boris Tamm", "Carla Ruiz", "Dov Meir", "Edda Brandt", "Fadi Nasr", "Greta Holm", "Hugo Klee")
NUMBERS = range(2000, 2060)

Told = Counter[tuple[str, str]]
"""How often a recipient was notified of an id."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A user begins to watch: an author's name, or a number."""

    user: str
    entry: str


@dataclass(frozen=True, slots=True)
class Unwatch:
    """A user takes an entry back, whether or not they were told all that it matched."""

    user: str
    entry: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft appears."""

    id: str


@dataclass(frozen=True, slots=True)
class Publish:
    """A draft that was announced becomes a paper of the index."""

    id: str


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper of a new number appears in the index."""

    id: str


@dataclass(frozen=True, slots=True)
class Flip:
    """What a check checks breaks, or is mended."""

    check: str


Event = Watch | Unwatch | Draft | Publish | NewPaper | Flip


@dataclass(slots=True)
class Play:
    """The world of one run. `told` is what must have been told in the end, each once; `may_be_told` what appeared
    before somebody watched for it, and was told after, or what may have been taken back."""

    random: random.Random
    revisions: dict[int, int] = field(default_factory=lambda: dict.fromkeys(NUMBERS, 0))
    drafts: set[str] = field(default_factory=set)
    watches: set[tuple[str, str]] = field(default_factory=set)
    told: set[tuple[str, str]] = field(default_factory=set)
    may_be_told: set[tuple[str, str]] = field(default_factory=set)
    appeared: set[str] = field(default_factory=set)
    flips: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CHECKED, 0))
    index: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in self.revisions:
            self._enter(number, 0)

    def next_event(self, announced: Iterable[str], alerts: Container[str] = ()) -> Event:
        """What happens next; `announced` are the drafts of which the channel knows, `alerts` those about checks."""
        ripe = sorted(self.drafts & set(announced))
        settled = [
            check
            for check, flips in self.flips.items()
            if flips < MOST_FLIPS and (not flips or flip_id(check, flips - 1) in alerts)
        ]
        kinds = ["watch", "draft", "draft", "draft", "paper"] + ["publish"] * 2 * bool(ripe)
        kinds += ["unwatch"] * (len(self.watches) > 3) + ["flip"] * 3 * bool(settled)
        match self.random.choice(kinds):
            case "watch":
                return self._watch()
            case "unwatch":
                return Unwatch(*self.random.choice(sorted(self.watches)))
            case "publish":
                return Publish(self.random.choice(ripe))
            case "flip":
                return Flip(self.random.choice(settled))
            case "paper":
                return NewPaper(f"P{max(self.revisions) + 1}R0")
        free = sorted(
            number for number, revision in self.revisions.items() if f"D{number}R{revision + 1}" not in self.drafts
        )
        number = self.random.choice(free)
        return Draft(f"D{number}R{self.revisions[number] + 1}")

    def happened(self, event: Event, known: Container[str] = ()) -> None:
        """It has happened (a watch: it was confirmed): from now on it must be told, or counts. `known` are the ids of
        which some user was told before it was begun."""
        match event:
            case Watch(user, entry):
                self.watches.add((user, entry))
                late = {id for id in self.appeared if id not in known}
                self.may_be_told |= {(user, id) for id in late if entry in _entries_for(_number(id))}
            case Unwatch(user, entry):
                self.watches.remove((user, entry))
                theirs = {id for recipient, id in self.told if recipient == user}
                taken = {(user, id) for id in theirs if user not in self.watchers(_number(id))}
                self.told -= taken
                self.may_be_told |= taken
            case Draft(id):
                self.drafts.add(id)
                self._must_be_told(id, (CHANNEL, *self.watchers(_number(id))))
            case Publish(id):
                self.drafts.remove(id)
                self._enter(_number(id), _revision(id))
                self._must_be_told(f"P{id[1:]}", (CHANNEL, *self.watchers(_number(id))))
            case Flip(check):
                self.told.add((CHECKS_CHANNEL, flip_id(check, self.flips[check])))
                self.flips[check] += 1
            case NewPaper(id):
                self._enter(_number(id), 0)
                self._must_be_told(id, self.watchers(_number(id)))

    def watchers(self, number: int) -> Iterator[str]:
        """Who gets a direct message about a paper of this number."""
        names = _entries_for(number)
        return iter(sorted({user for user, entry in self.watches if entry in names}))

    def _watch(self) -> Watch:
        entry = self.random.choice((*AUTHORS, *map(str, self.revisions)))
        return Watch(f"U{self.random.randrange(6)}", entry)

    def _enter(self, number: int, revision: int) -> None:
        self.revisions[number] = revision
        self.index[f"P{number}R{revision}"] = {
            "author": ", ".join(authors_of(number)),
            "date": "2025-11-01",
            "link": f"https://wg21.link/p{number}r{revision}",
            "long_link": f"https://example.org/p{number}r{revision}.html",
            "title": "A title without numbers",
            "type": "paper",
        }

    def _must_be_told(self, id: str, recipients: Iterable[str]) -> None:
        self.appeared.add(id)
        self.told.update((recipient, id) for recipient in recipients)


def authors_of(number: int) -> tuple[str, str]:
    """Two, by the number."""
    return AUTHORS[number % len(AUTHORS)], AUTHORS[(number // 8 + 3) % len(AUTHORS)]


def _entries_for(number: int) -> set[str]:
    return {*authors_of(number), str(number)}


def told_in(messages: Iterable[tuple[str, Iterable[str]]]) -> Told:
    """From the recipient of each message and the ids that it announces: how often each was notified of each id."""
    return Counter((recipient, id) for recipient, ids in messages for id in set(ids))


def _number(id: str) -> int:
    return int(id[1:].partition("R")[0])


def _revision(id: str) -> int:
    return int(id.partition("R")[2])
