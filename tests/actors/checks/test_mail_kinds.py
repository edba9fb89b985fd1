"""Mail that is sent, looked for, and both, on the stage: what is found out, and what is said of each fault."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.ports import GREETING, ImapPort, MailFate, PortFault, SmtpPort, StagedTls
from messages.check_definitions import (
    CheckDefinition,
    CheckKind,
    MailOptions,
    MailServer,
    RequiredCondition,
    TlsOptions,
)
from messages.checks import CheckResult, CheckVerdict
from tests.check_builders import a_check, a_warning
from tests.check_running import tried

PASSWORD = 'word "with\\ signs'
NO_MAILBOX = MailServer()
NEW_ENOUGH = (RequiredCondition(text="[MESSAGE_AGE] <= 30m"),)


@pytest.fixture(scope="module")
def running() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def stage(running: StageClient) -> Iterator[StageClient]:
    yield running
    running.reset()


def smtp_server(stage: StageClient, **changes: Any) -> MailServer:
    number = stage.ports.open("smtp", SmtpPort(username="probe", password=PASSWORD, **changes))
    return MailServer(url=f"smtp://localhost:{number}", username="probe", password=PASSWORD)


def imap_server(stage: StageClient, **changes: Any) -> MailServer:
    number = stage.ports.open("imap", ImapPort(username="probe", password=PASSWORD, **changes))
    return MailServer(url=f"imap://localhost:{number}", username="probe", password=PASSWORD)


def a_mail_check(login: MailServer, mailbox: MailServer = NO_MAILBOX, **changes: Any) -> CheckDefinition:
    """Sends a mail, and looks for it if there is a `mailbox`."""
    known: dict[str, Any] = {
        "starttls": False, "sender": "probe@stage.example", "recipient": "box@stage.example", "retry_delay": 0.05,
        "arrival_timeout": 20.0, "delete_after_check": bool(mailbox.url),
    }  # fmt: skip
    about = {name: changes.pop(name) for name in list(changes) if name in MailOptions.__dataclass_fields__}
    options = MailOptions(login=login, mailbox=mailbox, **(known | about))
    condition = changes.pop("condition", "[STATUS] == 250")
    return a_check(
        "mail", kind=CheckKind.SMTP, url=login.url, condition=condition, timeout=50.0, mail=options, **changes
    )


def a_mailbox_check(mailbox: MailServer, **changes: Any) -> CheckDefinition:
    """Looks for the newest mail."""
    about = {name: changes.pop(name) for name in list(changes) if name in MailOptions.__dataclass_fields__}
    options = MailOptions(mailbox=mailbox, **({"starttls": False} | about))
    condition = changes.pop("condition", NEW_ENOUGH)
    return a_check(
        "box", kind=CheckKind.IMAP, url=mailbox.url, condition=condition, timeout=50.0, mail=options, **changes
    )


def came_of(check: CheckDefinition) -> CheckResult:
    (result,) = tried(check)
    return result


# --- both: the token that was sent is looked for


def test_the_mail_that_was_sent_is_found_measured_and_deleted(stage: StageClient) -> None:
    stage.ports.put_mail("somebody else's mail")
    login, mailbox = smtp_server(stage, late=0.3), imap_server(stage)
    result = came_of(a_mail_check(login, mailbox, condition=a_conditions("[ROUND_TRIP] < 30s", "[STATUS] == 250")))
    assert (result.verdict, result.error, result.status) == (CheckVerdict.PASSED, "", 250)
    assert result.round_trip is not None
    assert 0.3 <= result.round_trip <= result.duration
    assert result.phases.transfer > 0
    assert stage.ports.subjects() == ["somebody else's mail"]


def test_only_the_token_that_was_sent_counts(stage: StageClient) -> None:
    stage.ports.put_mail("Callboard check 0123456789abcdef")
    login, mailbox = smtp_server(stage, fate=MailFate.LOST), imap_server(stage)
    result = came_of(a_mail_check(login, mailbox, arrival_timeout=0.5))
    assert result.verdict is CheckVerdict.FAILED
    assert result.error == "the mail was accepted, but did not arrive within 0.5 s"
    assert (result.status, result.round_trip) == (250, None)


def test_a_mail_that_is_late_is_as_bad_as_the_check_says(stage: StageClient) -> None:
    login, mailbox = smtp_server(stage, late=0.5), imap_server(stage)
    slow = came_of(a_mail_check(login, mailbox, condition=(a_warning("[ROUND_TRIP] < 100ms"),)))
    assert slow.verdict is CheckVerdict.WARNED
    assert slow.error.startswith("[ROUND_TRIP] (")
    worse = came_of(a_mail_check(login, mailbox, condition="[ROUND_TRIP] < 100ms"))
    assert worse.verdict is CheckVerdict.FAILED


@pytest.mark.parametrize(
    "fault",
    [
        PortFault(command="UID SEARCH", ends=True, times=1),
        PortFault(command="UID SEARCH", silent=True, times=1),
        PortFault(command="NOOP", reply="NO [UNAVAILABLE] later", times=2),
    ],
)
def test_a_mailbox_that_fails_while_the_mail_is_awaited_is_opened_again(stage: StageClient, fault: PortFault) -> None:
    login, mailbox = smtp_server(stage, late=0.3), imap_server(stage, faults=(fault,))
    result = came_of(a_mail_check(login, mailbox, imap_timeout=8.0))
    assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")
    assert stage.ports.subjects() == []


def test_a_mailbox_that_goes_on_failing_is_said(stage: StageClient) -> None:
    fault = PortFault(command="UID SEARCH", ends=True)
    login, mailbox = smtp_server(stage), imap_server(stage, faults=(fault,))
    result = came_of(a_mail_check(login, mailbox, arrival_timeout=0.5))
    assert (result.verdict, result.error) == (CheckVerdict.FAILED, "IMAP: the server closed the connection")


@pytest.mark.parametrize("version", ["4", "6"])
def test_only_addresses_of_one_version_are_used(stage: StageClient, version: str) -> None:
    """The stage listens at 127.0.0.1, which is no address of version 6."""
    results = tried(
        a_mail_check(smtp_server(stage), ip_version=version), a_mailbox_check(imap_server(stage), ip_version=version)
    )
    if version == "4":
        assert [each.status for each in results] == [250, None]
        assert "(missing)" in results[1].error, "there is no mail"
    else:
        assert not any(each.error.endswith(("<= 30m", "== 250")) for each in results)
        assert [each.error.split(":")[0] for each in results] == ["SMTP", "IMAP"]


def test_it_may_stay_and_be_looked_for_in_another_folder(stage: StageClient) -> None:
    login, mailbox = smtp_server(stage, folder="Prüfungen & mehr"), imap_server(stage)
    stage.ports.put_mail("old", folder="Pr&APw-fungen &- mehr")
    stage.ports.open("smtp", SmtpPort(username="probe", password=PASSWORD, folder="Pr&APw-fungen &- mehr"))
    check = a_mail_check(login, mailbox, folder="Prüfungen & mehr", delete_after_check=False, subject_prefix="Ping")
    assert came_of(check).verdict is CheckVerdict.PASSED
    old, mine = stage.ports.subjects("Pr&APw-fungen &- mehr")
    assert old == "old"
    assert mine.startswith("Ping ")


def test_no_mail_is_sent_when_the_mailbox_cannot_be_opened(stage: StageClient) -> None:
    login, mailbox = smtp_server(stage), imap_server(stage)
    result = came_of(a_mail_check(login, replace(mailbox, password="another")))
    assert result.error == "IMAP: the server refused the login: NO [AUTHENTICATIONFAILED] wrong user or password"
    assert stage.ports.heard("smtp") == ()


# --- sent


def test_a_mail_that_is_accepted_is_enough_without_a_mailbox(stage: StageClient) -> None:
    result = came_of(a_mail_check(smtp_server(stage)))
    assert (result.verdict, result.error, result.status, result.round_trip) == (CheckVerdict.PASSED, "", 250, None)
    assert [line.partition(" ")[0] for line in stage.ports.heard("smtp")] == ["EHLO", "MAIL", "RCPT", "DATA"]


@pytest.mark.parametrize(
    ("fault", "said", "status"),
    [
        (PortFault(command="RCPT", reply="550 5.1.1 no such user"), "the recipient: 550 5.1.1 no such user", 550),
        (PortFault(command="MAIL", reply="553 5.1.8 not you"), "the sender: 553 5.1.8 not you", 553),
        (PortFault(command="DATA", reply="554 5.7.1 spam"), "the mail: 554 5.7.1 spam", 554),
        (PortFault(command="RCPT", reply="450 4.7.1 greylisted"), "the recipient: 450 4.7.1 greylisted", 450),
        (PortFault(command=GREETING, reply="554 5.3.2 closed"), "to serve: 554 5.3.2 closed", 554),
    ],
)
def test_a_refusal_is_said_in_the_words_of_the_server(
    stage: StageClient, fault: PortFault, said: str, status: int
) -> None:
    result = came_of(a_mail_check(smtp_server(stage, faults=(fault,)), retries=1))
    assert result.verdict is CheckVerdict.FAILED
    assert (result.error, result.status) == (f"the server refused {said}", status)


@pytest.mark.parametrize("command", [GREETING, "MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_is_tried_again(stage: StageClient, command: str) -> None:
    faults = (PortFault(command=command, reply="451 4.3.0 later", times=2),)
    assert came_of(a_mail_check(smtp_server(stage, faults=faults), retries=2)).verdict is CheckVerdict.PASSED
    stage.ports.open("smtp", SmtpPort(username="probe", password=PASSWORD, faults=faults))
    login = MailServer(
        url=f"smtp://localhost:{stage.ports.told().numbers['smtp']}", username="probe", password=PASSWORD
    )
    assert came_of(a_mail_check(login, retries=1)).verdict is CheckVerdict.FAILED


def test_what_is_refused_for_good_is_not_tried_again(stage: StageClient) -> None:
    login = smtp_server(stage, faults=(PortFault(command="RCPT", reply="550 no", times=1),))
    assert came_of(a_mail_check(login)).verdict is CheckVerdict.FAILED
    assert stage.ports.heard("smtp").count("RCPT box@stage.example") == 1


def test_a_wrong_password_is_said_without_it(stage: StageClient) -> None:
    login = replace(smtp_server(stage), password="topsecret")
    result = came_of(a_mail_check(login))
    assert result.error == "the server refused the login: 535 5.7.8 Authentication credentials invalid"


@pytest.mark.parametrize(
    ("fault", "seconds", "said"),
    [
        (PortFault(command="RCPT", silent=True), 0.5, "SMTP: the mail was not accepted within 0.5 s"),
        (PortFault(command=GREETING, after=20.0), 0.5, "SMTP: the mail was not accepted within 0.5 s"),
        (PortFault(command="DATA", ends=True), 30.0, "SMTP: the server closed the connection"),
        (PortFault(command=GREETING, ends=True), 30.0, "SMTP: the server closed the connection"),
    ],
)
def test_a_server_that_hangs_or_leaves_is_said(stage: StageClient, fault: PortFault, seconds: float, said: str) -> None:
    result = came_of(a_mail_check(smtp_server(stage, faults=(fault,)), send_timeout=seconds))
    assert (result.verdict, result.error) == (CheckVerdict.FAILED, said)


def test_nobody_listens(stage: StageClient) -> None:
    login, mailbox = smtp_server(stage), imap_server(stage)
    stage.ports.close("smtp")
    stage.ports.close("imap")
    sent, looked = tried(a_mail_check(login), a_mailbox_check(mailbox))
    assert (sent.error, looked.error) == ("SMTP: the connection was refused", "IMAP: the connection was refused")


# --- TLS


@pytest.mark.parametrize("at_once", [True, False])
def test_tls_begins_at_once_or_after_a_greeting_that_comes_late(
    stage: StageClient, tmp_path: Path, at_once: bool
) -> None:
    tls = StagedTls(days=20, chain_days=10, at_once=at_once)
    slow = (PortFault(command=GREETING, after=0.03),)
    login, mailbox = smtp_server(stage, tls=tls, faults=slow), imap_server(stage, tls=tls, faults=slow)
    if at_once:
        login, mailbox = (replace(each, url=each.url.replace("p://", "ps://")) for each in (login, mailbox))
    trusted = TlsOptions(ca_file=stage.ports.authority(tmp_path))
    days = a_conditions("[CERTIFICATE_EXPIRATION] > 19d", "[CHAIN_EXPIRATION] < 11d", "[CHAIN_EXPIRATION] > 9d")
    both = a_mail_check(login, mailbox, starttls=True, tls=trusted, condition=days)
    untrusted = a_mail_check(login, starttls=True)
    box = a_mailbox_check(mailbox, starttls=True)
    good, bad_smtp, bad_imap = tried(both, untrusted, box)
    assert (good.verdict, good.error) == (CheckVerdict.PASSED, "")
    assert good.phases.tls > 0
    assert good.certificate_until is not None
    assert bad_smtp.error.startswith("SMTP: the certificate is not valid: ")
    assert bad_imap.error.startswith("IMAP: the certificate is not valid: ")


def test_a_server_without_starttls_gets_no_password(stage: StageClient) -> None:
    sent, looked = tried(
        a_mail_check(smtp_server(stage), starttls=True), a_mailbox_check(imap_server(stage), starttls=True)
    )
    assert sent.error == "SMTP: the server does not offer STARTTLS; `starttls: false` goes without"
    assert looked.error == "IMAP: the server does not offer STARTTLS; `starttls: false` goes without"
    assert "LOGIN" not in stage.ports.heard("imap")


# --- looked for


def test_the_newest_mail_with_that_subject_is_not_too_old(stage: StageClient) -> None:
    mailbox = imap_server(stage)
    now = datetime.now(UTC)
    stage.ports.put_mail("Backup done", at=now - timedelta(minutes=10))
    stage.ports.put_mail("Backup done", at=now - timedelta(hours=3))
    stage.ports.put_mail("Übersicht", at=now - timedelta(hours=3))
    fresh, old, none = tried(
        a_mailbox_check(mailbox, search_subject="backup"),
        a_mailbox_check(mailbox, search_subject="Übersicht"),
        a_mailbox_check(mailbox, search_subject="Restore", condition=(a_warning("[MESSAGE_AGE] <= 30m"),)),
    )
    assert (fresh.verdict, fresh.error) == (CheckVerdict.PASSED, "")
    assert (old.verdict, old.error) == (CheckVerdict.FAILED, "[MESSAGE_AGE] (3h) <= 30m")
    assert (none.verdict, none.error) == (CheckVerdict.WARNED, "[MESSAGE_AGE] (missing) <= 30m")
    assert len(stage.ports.subjects()) == 3


def test_what_was_found_is_deleted_when_the_check_says_so(stage: StageClient) -> None:
    mailbox = imap_server(stage)
    stage.ports.put_mail("Backup done")
    stage.ports.put_mail("other")
    result = came_of(a_mailbox_check(mailbox, search_subject="Backup", delete_after_check=True))
    assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")
    assert stage.ports.subjects() == ["other"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (PortFault(command="SELECT", reply="NO [NONEXISTENT] gone"), "the folder INBOX: NO [NONEXISTENT] gone"),
        (PortFault(command="UID SEARCH", reply="BAD what?"), "UID SEARCH: BAD what?"),
        (PortFault(command="LOGIN", reply="NO [UNAVAILABLE] later"), "the login: NO [UNAVAILABLE] later"),
    ],
)
def test_what_a_mailbox_refuses_is_said(stage: StageClient, fault: PortFault, said: str) -> None:
    stage.ports.put_mail("Backup done")
    result = came_of(a_mailbox_check(imap_server(stage, faults=(fault,))))
    assert (result.verdict, result.error) == (CheckVerdict.FAILED, f"IMAP: the server refused {said}")


@pytest.mark.parametrize(
    ("fault", "seconds", "said"),
    [
        (PortFault(command="UID SEARCH", silent=True), 0.5, "IMAP: no answer within 0.5 s"),
        (PortFault(command="UID SEARCH", ends=True), 30.0, "IMAP: the server closed the connection"),
        (PortFault(command=GREETING, reply="* BYE too many"), 30.0, "IMAP: the server ended the connection: too many"),
        (PortFault(command=GREETING, reply="220 ready"), 30.0, "IMAP: the server says what is no IMAP: '220 ready'"),
    ],
)
def test_a_mailbox_that_hangs_or_leaves_is_said(
    stage: StageClient, fault: PortFault, seconds: float, said: str
) -> None:
    result = came_of(a_mailbox_check(imap_server(stage, faults=(fault,)), imap_timeout=seconds))
    assert (result.verdict, result.error) == (CheckVerdict.FAILED, said)


def a_conditions(*texts: str) -> tuple[RequiredCondition, ...]:
    return tuple(RequiredCondition(text=text) for text in texts)


def test_a_server_that_does_not_speak_smtp_is_quoted(stage: StageClient) -> None:
    check = a_mail_check(smtp_server(stage, faults=(PortFault(command=GREETING, reply="HELLO you"),)))
    assert came_of(check).error == "SMTP: the server says what is no SMTP: 'HELLO you'"
