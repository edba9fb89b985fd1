"""What the keys of a check of mail mean together."""

from collections.abc import Mapping
from typing import Any

from config.check_nodes import WrongValue
from messages.check_definitions import MailOptions, MailServer, RequiredCondition, Severity

USUAL_MAX_AGE_MINUTES = 30
USUAL_TIMEOUT_SECONDS = 60.0
USUAL_ROUND_TRIP_TIMEOUT_SECONDS = 120.0
LONGEST_TIMEOUT_SECONDS = 300.0
OTHER_STEPS_SECONDS = 30.0
"""What a run has beside the step that may take longest."""

_LIMITS = ("send_timeout", "retry_delay", "arrival_timeout", "imap_timeout")


def mail_options(values: Mapping[str, Any], scheme: str) -> MailOptions:
    """The mail of a check whose URL has this scheme. Raises WrongValue."""
    url, mailbox = values["url"], values.get("imap_url", "")
    login = MailServer(url=url, username=values.get("username", ""), password=values.get("password_file", ""))
    if login.username and not login.password:
        raise WrongValue("username goes with password_file, which is missing")
    _refuse_longer_steps(values)
    if scheme in ("imap", "imaps"):
        return _looked_for(values, login)
    if "from" not in values:
        raise WrongValue("from is missing: the address that the mail is sent from")
    for key in (
        "imap_username",
        "imap_password_file",
        "arrival_timeout",
        "imap_timeout",
        "folder",
        "delete_after_check",
    ):
        if key in values and not mailbox:
            raise WrongValue(f"{key} goes with imap_url, which is missing")
    if "imap_username" in values and "imap_password_file" not in values:
        raise WrongValue("imap_username goes with imap_password_file, which is missing")
    return MailOptions(
        login=login,
        mailbox=MailServer(
            url=mailbox,
            username=values.get("imap_username", login.username) if mailbox else "",
            password=values.get("imap_password_file", login.password) if mailbox else "",
        ),
        starttls=values.get("starttls", True),
        sender=values["from"],
        recipient=values.get("to", values["from"]),
        subject_prefix=values.get("subject_prefix", ""),
        retries=values.get("retries", 2),
        retry_delay=values.get("retry_delay", 5.0),
        send_timeout=values.get("send_timeout", 30.0),
        arrival_timeout=values.get("arrival_timeout", 60.0),
        imap_timeout=values.get("imap_timeout", 30.0),
        folder=values.get("folder", "INBOX"),
        delete_after_check=bool(mailbox) and values.get("delete_after_check", True),
    )


def mail_timeout(values: Mapping[str, Any]) -> float:
    """The time limit of a whole run where the check does not say: each step has its own in it."""
    usual = USUAL_ROUND_TRIP_TIMEOUT_SECONDS if "imap_url" in values else USUAL_TIMEOUT_SECONDS
    needed = max((values[key] for key in _LIMITS if key in values), default=0.0) + OTHER_STEPS_SECONDS
    return min(max(usual, needed), LONGEST_TIMEOUT_SECONDS)


def _refuse_longer_steps(values: Mapping[str, Any]) -> None:
    """Raises WrongValue for a step that may take longer than all of them."""
    whole = values.get("timeout", mail_timeout(values))
    for key in _LIMITS:
        if values.get(key, 0.0) > whole:
            raise WrongValue(f"{key}: it is longer than timeout, the limit of the whole run ({whole:g}s, at most 5m)")


def age_condition(values: Mapping[str, Any]) -> RequiredCondition:
    """That the newest mail is not too old."""
    minutes = values.get("max_age_minutes", USUAL_MAX_AGE_MINUTES)
    severity = values.get("no_recent_message_severity", Severity.CRITICAL)
    return RequiredCondition(text=f"[MESSAGE_AGE] <= {minutes}m", severity=severity)


def _looked_for(values: Mapping[str, Any], login: MailServer) -> MailOptions:
    if values.get("delete_after_check") and not values.get("search_subject"):
        raise WrongValue("delete_after_check goes with search_subject: without it, all mails would be deleted")
    return MailOptions(
        mailbox=login,
        starttls=values.get("starttls", True),
        imap_timeout=values.get("imap_timeout", 30.0),
        folder=values.get("folder", "INBOX"),
        search_subject=values.get("search_subject", ""),
        delete_after_check=values.get("delete_after_check", False),
    )
