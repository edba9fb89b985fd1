"""What happens in the world while everything else goes wrong, and the notices that must come of it.

Stories run beside each other; each knows at any moment what must have been told. So that this is exact, a story waits
until a watch command was confirmed before it lets happen what that is about. Mostly it waits until all was told before
it takes the entry back; if it does not, what only that entry matched may be told or taken back.
"""

import random
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from tests.chaos.interleaving.notices import Told

Until = float | Callable[[], object]
"""What a story waits for: seconds, or something to be so."""

Story = Generator[Until, None, None]

CHANNEL = "C0PAPERS"
USERS = ("U1", "U2", "U3", "U4", "C0SG16")
"""Who watches: people, and a channel."""


def conversation(user: str) -> str:
    """The conversation in which a user, or a channel, is told."""
    return user if user.startswith("C") else f"D0{user}"


class World(Protocol):
    """Where a plot is played."""

    def set_index(self, index: Mapping[str, Mapping[str, Any]]) -> None:
        """wg21.link has this index from now on."""

    def put_draft(self, name: str) -> None:
        """The papers folder has this file from now on, written now."""

    def command(self, user: str, entry: str, *, add: bool) -> Callable[[], bool]:
        """Watch or unwatch, again until it is confirmed; what comes back says whether it is."""

    def told(self) -> Counter[Told]:
        """What stands in Slack."""


class Plot:
    """One plot. `must` are the notices that must have come, each once, when every story is over; those in `may` may
    have, once; `published` the drafts that became papers, which their cards must say. `index` is what wg21.link has in
    the beginning: `papers` numbers, from 1 on. The stories, at most 20, begin within `spread` seconds.
    """

    def __init__(
        self, world: World, chance: random.Random, today: date, *, papers: int, stories: int, spread: float = 20.0
    ) -> None:
        self._world = world
        self._chance = chance
        self._today = today
        self._papers = papers
        self.must: set[Told] = set()
        self.may: set[Told] = set()
        self.published: set[str] = set()
        self.index: dict[str, dict[str, Any]] = {}
        # Next to the others: a number far from them would have all those around it probed.
        self._drafted = iter(range(papers + 1, 9999, 2))
        self._fresh = iter(range(papers + 2, 9999, 2))
        for number in range(1, papers + 1):
            self._enter(f"P{number:04d}R0", f"Writer{number} of old")
        self._known = iter(range(1, papers + 1))
        kinds = [
            self._an_author,
            self._a_number,
            self._a_change,
            self._a_draft,
            self._a_subject,
            self._a_change_of_mind,
        ]
        self._stories: list[tuple[Story, Until]] = [
            (kinds[place % len(kinds)](place), self._chance.uniform(0, spread)) for place in range(stories)
        ]
        self._begun: dict[Story, float] = {}

    @property
    def over(self) -> bool:
        """Whether every story has ended."""
        return not self._stories

    def missing(self) -> set[Told]:
        """What must have been told and was not."""
        return self.must - self._world.told().keys()

    def advance(self, now: float) -> None:
        """Go on with each story whose wait is over; `now` in seconds of any clock."""
        going = []
        for story, until in self._stories:
            next_until = self._step(story, until, now)
            if next_until is not None:
                going.append((story, next_until))
        self._stories = going

    def _step(self, story: Story, until: Until, now: float) -> Until | None:
        since = self._begun.setdefault(story, now)
        if (now - since < until) if isinstance(until, float | int) else not until():
            return until
        self._begun.pop(story)
        return next(story, None)

    # --- the stories

    def _an_author(self, place: int) -> Story:
        """Papers of an author that some watch; one of them loses interest."""
        author = f"Ada{place} Lovelace{place}"
        users = self._some_users()
        yield from self._watch(users, f"lovelace{place}")
        for _ in range(self._chance.randint(1, 3)):
            self._publish(author, users)
            yield self._pause()
        yield self._all_told(users)
        yield self._world.command(users[0], f"lovelace{place}", add=False)
        self._publish(author, users[1:])
        self._publish(f"Nobody{place} Whom", ())

    def _a_number(self, place: int) -> Story:
        """A draft of a known paper that somebody watches, which becomes a paper."""
        number = next(self._known)
        users = self._some_users()
        yield from self._watch(users, f"P{number:04d}")
        yield self._pause()
        self._draft(f"D{number:04d}R1", users)
        yield self._all_told(users)
        self._world.put_draft(f"D{number:04d}R1.html")
        self._enter(f"P{number:04d}R1", f"Writer{number} of old")
        self.must.add(Told(CHANNEL, "paper published", f"P{number:04d}R1"))
        self.published.add(f"P{number:04d}R1")
        self.must.update(Told(conversation(user), "new paper", f"P{number:04d}R1") for user in users)
        self._set_index()

    def _a_change(self, place: int) -> Story:
        """A paper gets another author, watched by somebody, and loses them and gets them again, which is no news."""
        number = next(self._known)
        id = f"P{number:04d}R0"
        users = self._some_users()
        yield from self._watch(users, f"Grace{place}")
        yield self._pause()
        self._enter(id, f"Grace{place} Hopper")
        self.must.update(Told(conversation(user), "changed paper", id) for user in users)
        self._set_index()
        yield self._all_told(users)
        for author in (f"Writer{number} of old", f"Grace{place} Hopper"):
            self._enter(id, author)
            self._set_index()
            yield self._pause()

    def _a_change_of_mind(self, place: int) -> Story:
        """Some watch two authors, and one of these no more while much of both is told."""
        users = self._some_users()
        ann, ben = f"Ann{place} Babbage{place}", f"Ben{place} Turing{place}"
        yield from self._watch(users, f"babbage{place}")
        yield from self._watch(users, f"turing{place}")
        for _ in range(self._chance.randint(1, 3)):
            for authors in (ann, f"{ann}, {ben}", ann, ben):
                id = f"P{next(self._fresh)}R0"
                self._enter(id, authors)
                notices = {Told(conversation(user), "new paper", id) for user in users}
                (self.must if ben in authors else self.may).update(notices)
            self._set_index()
            yield self._pause()
        for user in users:
            yield self._world.command(user, f"babbage{place}", add=False)
        self._publish(ann, ())

    def _a_draft(self, place: int) -> Story:
        """A draft of a number that nobody has heard of."""
        yield self._pause()
        self._draft(f"D{next(self._drafted):04d}R0", ())

    def _a_subject(self, place: int) -> Story:
        """Issues of a kind that somebody watches: two at once, which may be told together."""
        users = self._some_users()
        kind = ("CWG", "LWG", "EWG", "LEWG")[place // 6 % 4]
        yield from self._watch(users, kind)
        yield self._pause()
        for number in (100 + place, 200 + place):
            self._enter(f"{kind}{number}", "", kind="issue")
            self.must.update(Told(conversation(user), "new issue", f"{kind}{number}") for user in users)
        self._set_index()

    # --- what they are made of

    def _watch(self, users: tuple[str, ...], entry: str) -> Iterator[Until]:
        for user in users:
            yield self._world.command(user, entry, add=True)

    def _publish(self, author: str, users: tuple[str, ...]) -> None:
        id = f"P{next(self._fresh)}R0"
        self._enter(id, author)
        self.must.update(Told(conversation(user), "new paper", id) for user in users)
        self._set_index()

    def _draft(self, id: str, users: tuple[str, ...]) -> None:
        self._world.put_draft(f"{id}.pdf")
        self.must.add(Told(CHANNEL, "new draft", id))
        self.must.update(Told(conversation(user), "new draft", id) for user in users)

    def _enter(self, id: str, author: str, kind: str = "paper") -> None:
        link = f"https://wg21.link/{id.lower()}"
        entry = {"type": kind, "title": f"About {id.lower()}", "date": self._today.isoformat(), "link": link}
        self.index[id] = {**entry, "author": author} if author else entry

    def _set_index(self) -> None:
        self._world.set_index(self.index)

    def _some_users(self) -> tuple[str, ...]:
        return tuple(self._chance.sample(USERS, self._chance.randint(1, 3)))

    def _pause(self) -> float:
        return self._chance.choice((0.0, self._chance.uniform(0, 3), self._chance.uniform(0, 15)))

    def _all_told(self, users: tuple[str, ...]) -> Callable[[], bool]:
        waited_for = {notice for notice in self.must if notice.channel in {conversation(user) for user in users}}

        def so() -> bool:
            return waited_for <= self._world.told().keys()

        return so
