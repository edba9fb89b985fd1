"""What is sent in each way. Pure."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.render.markdown import plain
from messages.settings import MailSettings, MatrixSettings, MattermostSettings, WebhookSettings

MOST_SUBJECT = 150
MOST_LINE_BYTES = 900
"""SMTP allows 998."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """One request; `body` is JSON."""

    method: str
    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def sender_of(chosen: MailSettings) -> Address | None:
    """Who mail comes from: `callboard@example.org`, or with a name before it, `Papers <callboard@example.org>`. None if
    that is no address."""
    name, address = parseaddr(chosen.sender)
    try:
        is_address = "@" in address and address.isascii()
        return Address(display_name=name or "Callboard", addr_spec=address) if is_address else None
    except (ValueError, HeaderParseError, IndexError):
        return None


def mail(message: OutgoingMessage, to: str, sender: Address, now: datetime) -> EmailMessage:
    """A mail with the message's own id: whoever gets it twice can tell, and mail programs do. Raises ValueError,
    HeaderParseError or what else the email package raises if no mail can be sent to this address."""
    text = plain(message.text)
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = Address(addr_spec=to)
    made["Subject"] = subject(text)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{message.id}@{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Callboard-Id"] = message.id
    is_long = any(len(line.encode()) > MOST_LINE_BYTES for line in text.splitlines())
    made.set_content(text, cte="quoted-printable" if is_long or not text.isascii() else "7bit")
    return made


def subject(text: str) -> str:
    """What happened, and to what: the first two lines that say something, on one."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    said = "".join(character for character in ": ".join(lines[:2]) if character.isprintable())
    return said if len(said) <= MOST_SUBJECT else f"{said[: MOST_SUBJECT - 1]}…"


def webhook(message: OutgoingMessage, to: str, chosen: WebhookSettings, now: datetime) -> WebRequest:
    """JSON, signed like Standard Webhooks do it: HMAC-SHA256 over id, time and body. The id stays the same when it is
    sent again. https://github.com/standard-webhooks/standard-webhooks"""
    body = json.dumps(
        {
            "id": message.id,
            "to": to,
            "kind": message.kind.value,
            "text": plain(message.text),
            "papers": list(message.announced),
            "at": now.isoformat(),
        },
        ensure_ascii=False,
    ).encode()
    timestamp = str(int(now.timestamp()))
    headers = [("webhook-id", message.id), ("webhook-timestamp", timestamp)]
    if chosen.secret:
        headers.append(("webhook-signature", f"v1,{signature(chosen.secret, message.id, timestamp, body)}"))
    return WebRequest(method="POST", url=chosen.url, body=body, headers=tuple(headers))


def signature(secret: str, id: str, timestamp: str, body: bytes) -> str:
    """In base64."""
    signed = hmac.new(secret.encode(), b".".join((id.encode(), timestamp.encode(), body)), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


def mattermost(message: OutgoingMessage, to: str, chosen: MattermostSettings) -> WebRequest:
    """An incoming webhook, for a channel or `@somebody`.
    https://developers.mattermost.com/integrate/webhooks/incoming/"""
    body = json.dumps({"channel": to, "text": fenced(plain(message.text))}, ensure_ascii=False).encode()
    return WebRequest(method="POST", url=chosen.url, body=body)


def fenced(text: str) -> str:
    """Plain text that Markdown shows as it is, and that mentions nobody."""
    inert = "".join(f"\\{character}" if character in "\\`*_{}[]()#+!|~<>" else character for character in text)
    return inert.replace("@", "@\N{WORD JOINER}")


def matrix(message: OutgoingMessage, to: str, chosen: MatrixSettings) -> WebRequest:
    """A notice in a room. The message's id is the transaction: the server takes it once, however often it is sent.
    https://spec.matrix.org/v1.11/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid"""
    path = f"_matrix/client/v3/rooms/{quote(to, safe='')}/send/m.room.message/{quote(message.id, safe='')}"
    body = json.dumps({"msgtype": "m.notice", "body": plain(message.text)}, ensure_ascii=False).encode()
    token = ("authorization", f"Bearer {chosen.token}")
    return WebRequest(method="PUT", url=f"{chosen.url}{path}", body=body, headers=(token,))
