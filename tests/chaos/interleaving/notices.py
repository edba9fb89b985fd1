"""What stands in Slack, as notices: who was told that what happened to which paper or draft."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from actors.stage.world.state import Message


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One notice: the conversation, what happened (`new draft`, `paper published`), the id."""

    channel: str
    what: str
    id: str


_NOTICE = re.compile(r"([A-Z]+[0-9]+(?:R[0-9]+)?)(?: ([a-z ]+))?: ")
_HEADLINE = re.compile(r"(?:[0-9,]+ )?(?P<what>[a-z ]+?)(?: \([0-9]+/[0-9]+\))?: [A-Z]+[0-9]")
_PLURAL = re.compile(r"\b(draft|paper|issue)s\b")


def notices_of(channel: str, text: str) -> Iterable[Told]:
    """The notices that a message announces. One has no headline; of several, a line that does not say what happened
    means what the headline says."""
    headline, *rest = text.split("\n\n")
    if (single := _NOTICE.match(headline)) is not None and not rest:
        yield Told(channel, single[2], single[1])
        return
    match = _HEADLINE.match(headline)
    kind = _PLURAL.sub(r"\1", match["what"]) if match is not None else ""
    for paragraph in rest:
        found = [_NOTICE.match(line) for line in paragraph.split("\n")]
        if found[0] is None or not (found[0][2] or kind):
            raise ValueError(f"a paragraph that nobody writes: {paragraph!r}")
        yield from (Told(channel, each[2] or kind, each[1]) for each in found if each is not None)
    if not rest:
        raise ValueError(f"a headline that nobody writes: {headline!r}")


def told(messages: Iterable[tuple[str, str]]) -> Counter[Told]:
    """How often each notice stands in these messages, given as channel and text."""
    return Counter(notice for channel, text in messages for notice in notices_of(channel, text))


class Reader:
    """Reads the same conversations again and again: what it has read before it does not read again."""

    def __init__(self) -> None:
        self._messages: tuple[Message, ...] = ()
        self._told: Counter[Told] = Counter()

    def told(self, messages: tuple[Message, ...]) -> Counter[Told]:
        """How often each notice stands in these messages."""
        if messages is not self._messages:
            known = len(self._messages)
            is_longer = messages[:known] == self._messages
            new = messages[known:] if is_longer else messages
            read = told((message.channel, message.first_text) for message in new)
            self._told = self._told + read if is_longer else read
            self._messages = messages
        return self._told
