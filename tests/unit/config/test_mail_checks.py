"""Checks of mail in a configuration file."""

from pathlib import Path

import pytest

from config.loader import load
from config.showing import shown
from messages.check_definitions import CheckDefinition, CheckKind, MailServer, RequiredCondition, Severity
from tests.unit.config.builders import a_file, loaded, refused

SMTP = "url: smtps://smtp.example.org\nfrom: probe@example.org"
IMAP = "url: imaps://imap.example.org"


def written(lines: str) -> str:
    return "checks:\n  - name: mail\n" + "".join(f"    {line}\n" for line in lines.splitlines())


def one(folder: Path, lines: str) -> CheckDefinition:
    """The only check of a file; `lines` follow its name."""
    (folder / "password").write_text("secretword\n")
    (folder / "other").write_text("otherword\n")
    (check,) = loaded(folder, written(lines)).checks
    return check


def test_a_mail_is_sent_and_must_be_accepted(tmp_path: Path) -> None:
    check = one(tmp_path, SMTP)
    assert (check.kind, check.timeout) == (CheckKind.SMTP, 60.0)
    assert check.conditions == (RequiredCondition(text="[STATUS] == 250"),)
    assert (check.mail.sender, check.mail.recipient) == ("probe@example.org", "probe@example.org")
    assert (check.mail.retries, check.mail.retry_delay, check.mail.send_timeout) == (2, 5.0, 30.0)
    assert check.mail.mailbox == MailServer()
    assert not check.mail.delete_after_check


def test_a_mail_that_is_sent_may_have_to_arrive(tmp_path: Path) -> None:
    check = one(
        tmp_path,
        f"{SMTP}\nto: box@example.org\nusername: probe\npassword_file: password\nsubject_prefix: Ping\nretries: 0\n"
        "imap_url: imap://imap.example.org:1143\narrival_timeout: 90s\nimap_timeout: 5s\nfolder: Probes\n"
        "conditions:\n  - if: '[ROUND_TRIP] < 1m'\n    severity: warning",
    )
    assert check.timeout == 120.0
    assert check.mail.login == MailServer(url="smtps://smtp.example.org", username="probe", password="secretword")
    assert check.mail.mailbox.url == "imap://imap.example.org:1143"
    assert (check.mail.mailbox.username, check.mail.mailbox.password) == ("probe", "secretword")
    assert (check.mail.recipient, check.mail.subject_prefix, check.mail.retries) == ("box@example.org", "Ping", 0)
    assert (check.mail.arrival_timeout, check.mail.imap_timeout, check.mail.folder) == (90.0, 5.0, "Probes")
    assert check.mail.delete_after_check


def test_the_mailbox_may_have_a_login_of_its_own(tmp_path: Path) -> None:
    check = one(tmp_path, f"{SMTP}\nimap_url: imaps://i\nimap_username: box\nimap_password_file: other")
    assert (check.mail.login.username, check.mail.mailbox.username) == ("", "box")
    assert check.mail.mailbox.password == "otherword"


def test_the_newest_mail_must_not_be_too_old(tmp_path: Path) -> None:
    check = one(tmp_path, f"{IMAP}\nusername: box\npassword_file: password")
    assert (check.kind, check.mail.mailbox.username, check.mail.starttls) == (CheckKind.IMAP, "box", True)
    assert check.conditions == (RequiredCondition(text="[MESSAGE_AGE] <= 30m"),)
    check = one(
        tmp_path,
        f"{IMAP}\nmax_age_minutes: 1440\nno_recent_message_severity: warning\nsearch_subject: Backup\n"
        "delete_after_check: true\nconditions:\n  - '[RESPONSE_TIME] < 5s'",
    )
    assert check.conditions == (
        RequiredCondition(text="[RESPONSE_TIME] < 5s"),
        RequiredCondition(text="[MESSAGE_AGE] <= 1440m", severity=Severity.WARNING),
    )
    assert (check.mail.search_subject, check.mail.delete_after_check) == ("Backup", True)
    assert one(tmp_path, f"{IMAP}\nconditions:\n  - '[MESSAGE_AGE] < 1h'").conditions == (
        RequiredCondition(text="[MESSAGE_AGE] < 1h"),
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("url: smtp://h", "from is missing: the address that the mail is sent from"),
        ("url: smtp://h\nfrom: probe", "from: expected an address such as probe@example.org"),
        (f"{SMTP}\nusername: probe", "username goes with password_file, which is missing"),
        (f"{SMTP}\nfolder: x", "folder goes with imap_url, which is missing"),
        (f"{SMTP}\ndelete_after_check: true", "delete_after_check goes with imap_url, which is missing"),
        (f"{SMTP}\nimap_url: https://h/", "imap_url: expected a URL that begins with imap:// or imaps://"),
        (f"{SMTP}\nimap_url: imap://u:p@h/", "imap_url: a user or password does not belong in the URL"),
        (f"{SMTP}\nimap_url: imap://h\nimap_username: x", "imap_username goes with imap_password_file"),
        (f"{SMTP}\nstarttls: false", "starttls goes with smtp or imap, not with smtps"),
        (f"{SMTP}\nretries: 11", "retries: expected a whole number from 0 to 10"),
        (f"{SMTP}\nsearch_subject: x", "search_subject goes with imap or imaps, not with smtps"),
        (f"{IMAP}\nmax_age_minutes: 0", "max_age_minutes: expected a whole number of minutes from 1 to 100,000"),
        (f"{IMAP}\nno_recent_message_severity: bad", "no_recent_message_severity: expected critical or warning"),
        (f"{IMAP}\ndelete_after_check: true", "delete_after_check goes with search_subject"),
        (f"{SMTP}\nsend_timeout: 6m", "send_timeout: it is longer than timeout, the limit of the whole run (300s, at"),
        (f"{SMTP}\nimap_url: imap://h\ntimeout: 1m\narrival_timeout: 2m", "arrival_timeout: it is longer than timeout"),
        (f"{IMAP}\nmax_age: 5m", "max_age: unknown key; did you mean max_age_minutes?"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, lines: str, said: str) -> None:
    assert said in refused(tmp_path, written(lines))


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        (f"{SMTP}\nimap_url: imap://h\narrival_timeout: 4m", 270.0),
        (f"{SMTP}\nsend_timeout: 290s", 300.0),
        (f"{IMAP}\nimap_timeout: 2m", 150.0),
        (f"{IMAP}\nimap_timeout: 2m\ntimeout: 2m", 120.0),
    ],
)
def test_a_run_has_time_for_its_longest_step(tmp_path: Path, lines: str, seconds: float) -> None:
    assert one(tmp_path, lines).timeout == seconds


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    one(tmp_path, SMTP)
    lines = f"{SMTP}\nusername: probe\npassword_file: password\nimap_url: imaps://i\nimap_password_file: other"
    configuration = load(a_file(tmp_path, written(lines)), {})
    for secret in ("secretword", "otherword"):
        assert secret not in shown(configuration)
        assert secret not in repr(configuration.settings.checks)
