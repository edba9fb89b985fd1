"""Whether a person still has an account. Slack accepts messages to people who have left, and nobody reads them.

https://docs.slack.dev/reference/methods/users.info
"""

import asyncio

import msgspec

from actors.notifier.slack.api import SlackApi

CHECK_SECONDS = 86_400.0
"""How long it is believed that a person is still there."""

RETRY_SECONDS = 600.0
"""When it is asked again after Slack has not said it."""

MAX_PEOPLE = 100_000

_WHO = "users.info"


class Person(msgspec.Struct):
    """A person of the workspace."""

    id: str = ""
    deleted: bool = False


class PersonInfo(msgspec.Struct):
    """users.info."""

    user: Person


class AccountChecks:
    """Asks Slack about a person before the first message, and once a day while there are messages; about one who has
    left, before each. Where Slack does not
    answer, people count as being there: the message must not wait for this."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._ask_again_at: dict[str, float] = {}

    async def has_left(self, user: str, *, is_doubtful: bool) -> bool:
        """Whether the account of `user` was deactivated. `is_doubtful`: ask, however recently that was done."""
        now = asyncio.get_running_loop().time()
        if not is_doubtful and now < self._ask_again_at.get(user, 0.0):
            return False
        answer = await self._api.ask(_WHO, lambda client: client.users_info(user=user), PersonInfo)
        if isinstance(answer, PersonInfo) and answer.user.deleted:
            self._ask_again_at.pop(user, None)  # they may come back
            return True
        if len(self._ask_again_at) >= MAX_PEOPLE:
            self._ask_again_at.clear()
        self._ask_again_at[user] = now + (CHECK_SECONDS if isinstance(answer, PersonInfo) else RETRY_SECONDS)
        return False
