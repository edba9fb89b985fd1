"""Those who speak to a running service on Slack, and what they are answered."""

import gzip
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from actors.notifier.inbound.parse import SLASH_BUSY_TEXT
from actors.stage.server.client import StageClient
from actors.stage.sites.snapshots import snapshot
from actors.stage.web.wire import Received
from actors.stage.world.state import Attempt
from tests.e2e.service import LIMIT, Service, is_unanswered, wait_for

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"

PATIENCE = 20.0
"""Seconds that the stage's Slack waits for an acknowledgement: a machine that is busy may need more than the 3 of the
real one."""

AGAIN = 1.0
"""Seconds after a failure until Slack delivers an event again, or a person presses a button again."""

MOST_FAILURES = 10
"""Presses of all people that may fail while a process stands still."""

INDEX = snapshot("2025-11-12")


class People:
    """Those who speak to a running service, and what they are answered."""

    def __init__(self, service: Service, stage: StageClient, mode: str) -> None:
        self.service, self.stage, self.mode = service, stage, mode
        self.acknowledged: list[float] = []
        self.failures: list[str] = []
        """Why presses failed."""

    def begin(self) -> None:
        """Run it until it listens, and knows the index."""
        self.stage.pace_delivery(PATIENCE, *([AGAIN] * 60))
        self.service.start()
        health = wait_for(self.healthy, LIMIT)
        if self.mode == "http":
            wait_for(lambda: self.stage.use_http(health["actors"]["notifier"]["hears"], SECRET), LIMIT)
        else:
            self.connected()
        wait_for(self.knows_the_index, LIMIT)

    def knows_the_index(self) -> bool:
        """Whether it can tell authors from other words."""
        answer = self.service.command("watch", "--user", "U0NOBODY", "watch", "Qwertz")
        said = answer.stdout + answer.stderr
        return not (is_unanswered(said) or "hasn't loaded" in said)

    def healthy(self) -> Any:
        """Its health document if all is well, else None."""
        health = self.service.health()
        return health if health is not None and health["status"] == "ok" else None

    def connected(self) -> None:
        """Wait for a websocket."""
        wait_for(lambda: self.stage.connections() == 1, LIMIT)

    def say(self, text: str, user: str = "U1", times: int = 1) -> str:
        """In a direct message, again where somebody who had to be asked first has not answered in time; the answer."""

        answers: list[str] = []

        def is_answered() -> bool:
            before = len(self.told(user))
            answers.append(self._answer(self.stage.say(user, text, times=times), user, before).text)
            return not is_unanswered(answers[-1])

        wait_for(is_answered, shown=lambda: answers[-1])
        return answers[-1]

    def type(self, text: str, channel: str) -> str:
        """As a slash command of U1 in a channel, again while the service is too busy to take it; the answer, which
        only U1 sees there."""

        answers: list[str] = []

        def is_answered() -> bool:
            before = len(self.whispered(channel))
            delivery = self.stage.slash("U1", text, channel=channel)
            self.acknowledged.append(self.stage.wait_delivered(delivery, LIMIT).seconds)
            answers.append(self._whisper(channel, "U1", before).text)
            return answers[-1] != SLASH_BUSY_TEXT and not is_unanswered(answers[-1])

        wait_for(is_answered, shown=lambda: answers[-1])
        return answers[-1]

    def mention(self, text: str) -> Received:
        """By U1 in the channel; the answer."""
        before = len(self.told("C0PAPERS"))
        return self._answer(self.stage.mention("U1", "C0PAPERS", text), "C0PAPERS", before)

    def press(self, label: str, user: str = "U1") -> str:
        """The button, or the choice of a menu, of that name under the last message to the user that has one."""
        message = next(each for each in reversed(self.told(user)) if label in labels(each))
        before = len(self.told(user))
        self._press(lambda: self.stage.press(message, label))
        return self._next(user, before).text

    def told(self, recipient: str) -> list[Received]:
        """What a user, or a channel, was told for all to see."""
        return [each for each in self.stage.messages() if each.recipient == recipient and not each.visible_to]

    def of(self, message: Received) -> Received:
        """A message as it is now."""
        place = message.channel, message.ts
        return next(each for each in self.stage.messages() if (each.channel, each.ts) == place)

    def whispered(self, channel: str, user: str = "U1") -> list[Received]:
        """What only this user was told in a channel."""
        return [each for each in self.stage.messages() if (each.channel, each.visible_to) == (channel, user)]

    def press_in(self, channel: str, label: str, user: str = "U1") -> str:
        """The button of that name under the last message that everybody in the channel sees; the answer, which only the
        user sees there."""
        message = next(each for each in reversed(self.told(channel)) if label in labels(each))
        before = len(self.whispered(channel, user))
        self._press(lambda: self.stage.press(message, label, user=user))
        return self._whisper(channel, user, before).text

    def _press(self, press: Callable[[], str]) -> None:
        """Again while the service is too busy to take it, which is seldom."""
        while (attempt := self._attempt(press())).failure:
            self.failures.append(attempt.failure)
            assert len(self.failures) <= MOST_FAILURES, self.failures
            time.sleep(AGAIN)
        self.acknowledged.append(attempt.seconds)

    def _attempt(self, delivery: str) -> Attempt:
        """The only one: a button is not delivered again."""
        attempts: tuple[Attempt, ...] = wait_for(partial(self.stage.attempts, delivery))
        (attempt,) = attempts
        return attempt

    def _answer(self, delivery: str, recipient: str, before: int) -> Received:
        self.acknowledged.append(self.stage.wait_delivered(delivery, LIMIT).seconds)
        return self._next(recipient, before)

    def _next(self, recipient: str, before: int) -> Received:
        wait_for(lambda: len(self.told(recipient)) > before, LIMIT)
        (answer,) = self.told(recipient)[before:]
        return answer

    def _whisper(self, channel: str, user: str, before: int) -> Received:
        wait_for(lambda: len(self.whispered(channel, user)) > before, LIMIT)
        (answer,) = self.whispered(channel, user)[before:]
        return answer


def blocks_of(message: Received) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = message.payload.get("blocks") or []
    return blocks


def labels(message: Received) -> list[str]:
    """Of its buttons and menus."""
    elements = [each for block in blocks_of(message) for each in (*block.get("elements", ()), block.get("accessory"))]
    choices = [choice for each in elements if each for choice in each.get("options", [each])]
    return [choice["text"]["text"] for choice in choices if isinstance(choice.get("text"), dict)]


def appear(
    stage: StageClient, author: str, *numbers: int, title: str = "On <!channel> & engines", revision: int = 0
) -> None:
    """The author's papers of these numbers come into the index, under this title."""
    index = json.loads(gzip.decompress(INDEX.read_bytes()))
    entry = {"type": "paper", "title": title, "author": author, "date": "2025-11-13"}
    for number in numbers:
        index[f"P{number}R{revision}"] = {**entry, "link": f"https://wg21.link/p{number}r{revision}"}
    stage.set_index(index)
