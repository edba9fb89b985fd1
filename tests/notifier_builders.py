"""Short ways to make what the notifier's tests are about."""

from typing import Any

from actors.notifier.model.outgoing import OutgoingMessage


def an_outgoing(id: str = "id", recipient: str = "anna", **fields: Any) -> OutgoingMessage:
    """A message that is marked sending."""
    known: dict[str, Any] = {"text": "", "attempt": 1, "failures": 0, "channel": None, "last_ts": None}
    return OutgoingMessage(id=id, recipient=recipient, **{**known, **fields})
