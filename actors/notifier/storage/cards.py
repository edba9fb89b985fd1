"""The cards of messages that announce drafts: what each says now, and whether Slack shows it. Functions on a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from messages.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The newest state of a message that Slack has at `ts` in `channel`, and which change made it. Without `notices` it
    says what was posted, `text` and `blocks`. `pressed` are the commands of its buttons that were carried out. `card`
    is as it is stored: one that cannot be read keeps no other from being shown."""

    message: str
    recipient: str
    channel: str
    ts: str
    card: str
    version: int
    text: str = ""
    blocks: str = ""
    pressed: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What it says. Raises msgspec.DecodeError, also a ValidationError."""
        return _decoded(self.card)


def encoded(notices: Sequence[Notice]) -> str:
    """The notices as they are stored."""
    return msgspec.json.encode(list(notices)).decode()


def of(cursor: Any, message: str) -> tuple[Notice, ...]:
    """What the card of a message says now; empty if it has none."""
    cursor.execute("SELECT card::text FROM messages WHERE id = %s FOR UPDATE", (message,))
    found = cursor.fetchone()
    return () if found is None or found[0] is None else _decoded(found[0])


def change(cursor: Any, message: str, notices: Sequence[Notice]) -> None:
    """The card of a message says something else from now on."""
    cursor.execute(
        "UPDATE messages SET card = %s, card_version = card_version + 1 WHERE id = %s", (encoded(notices), message)
    )


def outdated(cursor: Any) -> Card | None:
    """A card that Slack does not show as it is, the one whose message was sent longest ago; None if there is none."""
    cursor.execute(
        "SELECT id::text, recipient, channel, ts, coalesce(card::text, '[]'), card_version, text,"
        " coalesce(blocks::text, ''), pressed FROM messages"
        " WHERE card_version > card_shown AND state = 'sent' AND ts <> '' ORDER BY changed_at LIMIT 1"
    )
    found = cursor.fetchone()
    if found is None:
        return None
    id, recipient, channel, ts, card, version, text, blocks, pressed = found
    return Card(
        message=id,
        recipient=recipient,
        channel=channel,
        ts=ts,
        card=card,
        version=version,
        text=text,
        blocks=blocks,
        pressed=tuple(pressed),
    )


def shown(cursor: Any, card: Card) -> None:
    """Slack shows this state of the card, or will never show it; a newer one is still to be shown."""
    cursor.execute(
        "UPDATE messages SET card_shown = greatest(card_shown, %s) WHERE id = %s", (card.version, card.message)
    )


def _decoded(text: str) -> tuple[Notice, ...]:
    return tuple(msgspec.json.decode(text, type=list[Notice]))
