"""How often Slack is asked whether a person is still there."""

import asyncio
from typing import Any, cast

from actors.notifier.model.outcomes import NotReached
from actors.notifier.slack.accounts import AccountChecks, Person, PersonInfo

THERE, LEFT = PersonInfo(user=Person(id="U1")), PersonInfo(user=Person(id="U1", deleted=True))


class Slack:
    """Gives these answers, one after the other."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    async def ask(self, *_: Any) -> Any:
        """The next."""
        return self.answers.pop(0)


def asked(slack: Slack, times: int) -> list[bool]:
    checks = AccountChecks(cast("Any", slack))

    async def run() -> list[bool]:
        return [await checks.has_left("U1", is_doubtful=False) for _ in range(times)]

    return asyncio.run(run())


def test_one_who_is_there_is_believed_to_stay() -> None:
    assert asked(Slack(THERE), 3) == [False] * 3


def test_one_who_has_left_is_not_taken_for_present_at_the_next_message() -> None:
    assert asked(Slack(LEFT, LEFT, THERE), 4) == [True, True, False, False]


def test_where_slack_does_not_say_it_the_person_counts_as_there() -> None:
    assert asked(Slack(NotReached(why="x")), 2) == [False, False]
