"""The mail that a check sends, and what a server's reply to it means."""

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from messages.check_definitions import CheckDefinition

CHECK_HEADER = "X-Callboard-Check"
"""Tells the mails of one check from all others, so that what was left behind can be deleted."""

USUAL_SUBJECT = "Callboard check"

LONGEST_REPLY_CHARACTERS = 200


class MailFailed(Exception):
    """A mail could not be sent or looked for; the text says why. `code` is the server's, of SMTP, if it refused.
    `secure` says why TLS failed, if that is it."""

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.code = code

    @property
    def is_for_now(self) -> bool:
        """Whether the server asks to try again later (RFC 5321, 4.2.1)."""
        return self.code is not None and 400 <= self.code < 500


def written_mail(check: CheckDefinition, token: str, now: datetime) -> EmailMessage:
    """The mail with this token, which stands in the subject: mailboxes are searched by that."""
    mail = EmailMessage()
    mail["From"] = check.mail.sender
    mail["To"] = check.mail.recipient
    mail["Subject"] = f"{check.mail.subject_prefix or USUAL_SUBJECT} {token}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{token}@{check.mail.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail[CHECK_HEADER] = mark_of(check)
    mail.set_content(
        f"Callboard's check {check.key} has sent this, to see whether it arrives. Nobody needs to read it.\n"
    )
    return mail


def mark_of(check: CheckDefinition) -> str:
    """What the mails of this check have in CHECK_HEADER."""
    return hashlib.sha256(f"{check.key}\0{check.mail.recipient}".encode()).hexdigest()[:16]


def refusal(what: str, code: int, reply: str) -> MailFailed:
    """The server refused: `the server refused the recipient: 550 5.1.1 no such user`."""
    said = " ".join(reply.split())[:LONGEST_REPLY_CHARACTERS]
    return MailFailed(f"the server refused {what}: {code} {said}".rstrip(), code)
