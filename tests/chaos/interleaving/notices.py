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


_PARAGRAPH = re.compile(r"\*([A-Z]+[0-9]+(?:R[0-9]+)?)\*(?: \(([a-z ]+)\))? — ")
_HEADLINE = re.compile(r"(?:You watch .*?(?:\*|more): )?(?P<what>[^:(]+?)(?: \([0-9]+/[0-9]+\))?")
_COUNTED = re.compile(r"[0-9,]+ ")
_PLURAL = re.compile(r"\b(draft|paper|issue)s\b")


def notices_of(channel: str, text: str) -> Iterable[Told]:
    """The notices that a message announces; a paragraph that has no label is of the headline's kind."""
    headline, *paragraphs = text.split("\n\n")
    if (match := _HEADLINE.fullmatch(headline)) is None:
        raise ValueError(f"a headline that nobody writes: {headline!r}")
    kind = _PLURAL.sub(r"\1", _COUNTED.sub("", match["what"])).lower()
    for paragraph in paragraphs:
        if (found := _PARAGRAPH.match(paragraph)) is None:
            raise ValueError(f"a paragraph that nobody writes: {paragraph!r}")
        yield Told(channel, found[2] or kind, found[1])


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
            read = told((message.channel, message.text) for message in new)
            self._told = self._told + read if is_longer else read
            self._messages = messages
        return self._told
