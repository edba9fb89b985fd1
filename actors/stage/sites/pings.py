"""Which people a message would ping. Pure (https://docs.slack.dev/messaging/formatting-message-text/)."""

import re
from collections.abc import Iterator, Mapping

_MARKED = re.compile(r"<(![a-z]+(?:\^[A-Z0-9]+)?|@[UW][A-Z0-9]+)(?:\|[^<>\n]*)?>", re.ASCII)
_NAMED = re.compile(r"(?<![\w@])@(?:channel|here|everyone)\b")
_NO_PINGS = ("!date",)


def pings(payload: Mapping[str, object]) -> tuple[str, ...]:
    """`!channel`, `!subteam^S1`, `@U1` and the like, each once, in the order in which text and blocks have them; with
    `link_names` or `parse=full` also `@channel` written out. Slack's `plain_text` pings nobody."""
    found: dict[str, None] = {}
    spelled = str(payload.get("link_names", "")).lower() in ("1", "true") or payload.get("parse") == "full"
    for text in (str(payload.get("text") or ""), *_marked_texts(payload.get("blocks"))):
        found |= dict.fromkeys(each[1] for each in _MARKED.finditer(text) if not each[1].startswith(_NO_PINGS))
        if spelled:
            found |= dict.fromkeys(each[0] for each in _NAMED.finditer(text))
    return tuple(found)


def _marked_texts(thing: object) -> Iterator[str]:
    """Every mrkdwn text, however deep."""
    if isinstance(thing, list):
        for each in thing:
            yield from _marked_texts(each)
    elif isinstance(thing, dict):
        if thing.get("type") == "mrkdwn":
            yield str(thing.get("text", ""))
        else:
            for each in thing.values():
                yield from _marked_texts(each)
