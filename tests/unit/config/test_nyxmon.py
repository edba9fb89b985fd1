"""NyxMon's database as checks of ours."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml

from actors.checks.conditions.evaluate import Evidence, evaluate
from actors.checks.conditions.grammar import parse_condition
from config.gatus import checks_of_gatus
from config.import_review import reviewed
from config.nyxmon import checks_of_nyxmon, is_sqlite
from messages.check_definitions import CheckDefinition, CheckKind, Severity
from messages.maintenance import WeeklyWindow
from tests.unit.config.builders import loaded


def database(folder: Path, *rows: tuple[str, str, str, Any], interval: int = 300, disabled: int = 0) -> Path:
    """A database with these checks: name, kind, URL and data; all of the service Infra."""
    path = folder / "nyxmon.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE service (id integer PRIMARY KEY, name varchar(255))")
    connection.execute(
        "CREATE TABLE health_check (id integer PRIMARY KEY, name varchar(255), service_id bigint,"
        " check_type varchar(20), url varchar(512), check_interval integer, status varchar(10),"
        " next_check_time integer, disabled bool, data text)"
    )
    connection.execute("INSERT INTO service VALUES (1, 'Infra')")
    for name, kind, url, data in rows:
        connection.execute(
            "INSERT INTO health_check (name, service_id, check_type, url, check_interval, status, next_check_time,"
            " disabled, data) VALUES (?, 1, ?, ?, ?, 'idle', 0, ?, ?)",
            (name, kind, url, interval, disabled, data if isinstance(data, str) else json.dumps(data)),
        )
    connection.commit()
    connection.close()
    return path


def taken(folder: Path, kind: str, address: str, /, **data: Any) -> tuple[CheckDefinition, tuple[str, ...]]:
    """A check as our own reader understands what came of it, when the files that it names are made; and the notes."""
    imported = checks_of_nyxmon(database(folder, ("the check", kind, address, data)))
    text = yaml.safe_dump({"checks": list(imported.checks)})
    for name in re.findall(r"secrets/\S+", text):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("from-the-file")
    (check,) = loaded(folder, text).checks
    assert check.key == "Infra/the check"
    return check, imported.notes


def conditions(check: CheckDefinition) -> list[str]:
    return [each.text for each in check.conditions]


def test_a_database_is_told_from_other_files(tmp_path: Path) -> None:
    (tmp_path / "gatus.yaml").write_text("endpoints: []")
    assert is_sqlite(database(tmp_path, ("a", "http", "https://example.org", {})))
    assert not is_sqlite(tmp_path / "gatus.yaml")


def test_a_page_keeps_its_status_redirect_and_attempts(tmp_path: Path) -> None:
    check, notes = taken(
        tmp_path,
        "http",
        "https://example.org/x",
        timeout=4,
        retries=2,
        retry_delay=3.0,
        follow_redirects=False,
        expected_status=301,
        expected_location="https://example.org/y",
    )
    assert (check.kind, check.interval, check.timeout) == (CheckKind.HTTP, 300.0, 4.0)
    assert (check.failure_threshold, check.success_threshold, check.retry_interval) == (3, 1, 3.0)
    assert conditions(check) == ["[STATUS] == 301", "[HEADERS].Location == https://example.org/y"]
    assert (check.http.follow_redirects, notes) == (False, ())


def test_the_password_in_a_url_goes_nowhere(tmp_path: Path) -> None:
    check, notes = taken(tmp_path, "json-http", "https://ada:hunter2@example.org/x")
    assert check.url == "https://example.org/x"
    assert "hunter2" not in repr((check, notes))
    assert len(notes) == 2


@pytest.mark.parametrize(
    ("data", "url", "steps"),
    [
        ({"port": 22, "host": "h.example.org"}, "tcp://h.example.org:22", 0),
        ({"port": 993, "tls_mode": "implicit", "host": "::1"}, "tls://[::1]:993", 0),
        ({"port": 25, "tls_mode": "starttls"}, "starttls://mail.example.org:25", 3),
        ({"port": 9143, "tls_mode": "starttls", "starttls_protocol": "imap"}, "starttls://mail.example.org:9143", 2),
        ({"port": 9999, "tls_mode": "starttls", "starttls_command": "GO\r\n"}, "starttls://mail.example.org:9999", 2),
    ],
)
def test_a_connection_begins_tls_after_the_greeting(tmp_path: Path, data: Any, url: str, steps: int) -> None:
    check, _ = taken(tmp_path, "tcp", "https://mail.example.org", **data)
    assert (check.kind, check.url, len(check.dialogue)) == (CheckKind.TCP, url, steps)
    assert check.failure_threshold == 2


def test_the_days_of_a_certificate_warn(tmp_path: Path) -> None:
    data = {
        "port": 443,
        "tls_mode": "implicit",
        "check_cert_expiry": True,
        "min_cert_days": 20,
        "sni": "x",
        "verify": False,
    }
    check, _ = taken(tmp_path, "tcp", "h.example.org", **data)
    assert [(each.text, each.severity) for each in check.conditions] == [
        ("[CONNECTED] == true", Severity.CRITICAL),
        ("[CERTIFICATE_EXPIRATION] > 20d", Severity.WARNING),
    ]
    assert (check.tls.server_name, check.tls.verify) == ("x", False)


def test_a_name_needs_one_of_the_expected_answers(tmp_path: Path) -> None:
    data = {"expected_ips": ["192.0.2.1", "192.0.2.2"], "dns_server": "9.9.9.9", "source_ip": "192.0.2.9", "timeout": 3}
    check, notes = taken(tmp_path, "dns", "example.org", **data)
    assert (check.kind, check.url, check.dns.query_type) == (CheckKind.DNS, "dns://9.9.9.9/example.org", "A")
    assert any("192.0.2.1" in each and "192.0.2.2" in each for each in conditions(check))
    assert notes == ("Infra/the check: source_ip: not taken over",)


def test_mail_is_sent_and_looked_for_with_passwords_from_files(tmp_path: Path) -> None:
    login = {"host": "mail.example.org", "username": "ada", "password": "hunter2"}
    check, notes = taken(
        tmp_path,
        "smtp",
        "",
        **login,
        from_addr="a@example.org",
        to_addr="b@example.org",
        retries=1,
        tls="implicit",
        port=465,
    )
    assert (check.kind, check.url) == (CheckKind.SMTP, "smtps://mail.example.org:465")
    assert (check.mail.sender, check.mail.recipient, check.mail.retries) == ("a@example.org", "b@example.org", 1)
    assert (check.mail.subject_prefix, check.mail.login.username) == ("[nyxmon]", "ada")
    assert check.mail.login.password == "from-the-file"
    (note,) = notes
    assert note.startswith("Infra/the check: write its password into the file secrets/infra-the-check.password, ")


def test_a_mailbox_is_looked_into(tmp_path: Path) -> None:
    data = {
        "host": "mail.example.org", "username": "ada", "password_secret": "hunter2", "search_subject": "[nyxmon]",
        "folder": "Probes", "max_age_minutes": 45, "delete_after_check": False, "no_recent_message_severity": "warning",
    }  # fmt: skip
    check, _ = taken(tmp_path, "imap", "", **data)
    assert (check.kind, check.url, check.mail.folder) == (CheckKind.IMAP, "imaps://mail.example.org:993", "Probes")
    assert (check.failure_threshold, check.mail.search_subject) == (3, "[nyxmon]")


def test_values_of_a_document_are_compared(tmp_path: Path) -> None:
    checks = [
        {"path": "$.disks.0.free", "op": ">", "value": 10, "severity": "critical"},
        {"path": "$.state", "op": "!=", "value": "failed", "severity": "warning"},
    ]
    auth = {"username": "ada", "password": "hunter2"}
    check, _ = taken(tmp_path, "json-metrics", "", url="https://example.org/m", checks=checks, auth=auth)
    assert check.kind is CheckKind.JSON_METRICS
    assert any("disks[0].free" in each for each in conditions(check))
    assert {each.severity for each in check.conditions} == {Severity.CRITICAL, Severity.WARNING}
    assert (check.http.username, check.http.password) == ("ada", "from-the-file")


def test_packets_are_sent(tmp_path: Path) -> None:
    check, _ = taken(tmp_path, "ping", "https://h.example.org/", count=5, interval=0.5, timeout=2.0)
    assert (check.kind, check.url) == (CheckKind.PING, "icmp://h.example.org")
    assert (check.ping.packets, check.ping.interval, check.timeout) == (5, 0.5, 12.5)


def test_what_has_no_equal_is_said(tmp_path: Path) -> None:
    suppression = {
        "url": "https://jobs.example.org/status?key=hunter2",
        "auth": {"username": "a", "password": "hunter2"},
    }
    imported = checks_of_nyxmon(
        database(
            tmp_path,
            ("a", "http", "https://example.org", {"notification_suppression": suppression}),
            ("b", "custom", "", {}),
            ("c", "tcp", "h", {}),
            ("d", "http", "https://example.org", "{broken"),
            ("a", "http", "https://example.org/2", {}),
            ("e/f", "http", "ftp://example.org", {}),
        )
    )
    assert [check["name"] for check in imported.checks] == ["a", "d", "a 2"]
    assert [note.partition(": ")[0] for note in imported.notes] == [
        f"Infra/{name}" for name in ("a", "b", "c", "d", "e-f")
    ]
    assert "jobs.example.org said when nobody is told" in imported.notes[0]
    assert "hunter2" not in repr(imported)


def test_what_is_disabled_stays_so(tmp_path: Path) -> None:
    imported = checks_of_nyxmon(
        database(tmp_path, ("a", "http", "https://example.org", {}), interval=86400, disabled=1)
    )
    assert (imported.checks[0]["interval"], imported.checks[0]["disabled"]) == ("1d", True)


def test_another_database_is_refused(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE x (y)").connection.close()
    with pytest.raises(ValueError, match="its tables service and health_check cannot be read"):
        checks_of_nyxmon(tmp_path / "other.sqlite")


def test_maintenance_of_gatus_is_taken_over(tmp_path: Path) -> None:
    theirs = """
maintenance: {start: 23:00, duration: 1h, timezone: Europe/Amsterdam, every: [Monday, Thursday]}
endpoints:
  - name: a
    url: https://example.org
    conditions: ["[STATUS] == 200"]
    maintenance-windows: [{start: "04:30", duration: 30m}]
  - {name: b, url: "https://example.org", conditions: ["[STATUS] == 200"]}
"""
    imported = checks_of_gatus(yaml.safe_load(theirs))
    a, b = loaded(tmp_path, yaml.safe_dump({"checks": list(imported.checks)})).checks
    everybody = WeeklyWindow(days=(0, 3), minute=23 * 60, duration=3600.0, timezone="Europe/Amsterdam")
    assert b.maintenance.weekly == (everybody,)
    assert set(a.maintenance.weekly) == {
        everybody,
        WeeklyWindow(days=tuple(range(7)), minute=270, duration=1800.0, timezone="UTC"),
    }
    assert imported.notes == ()


def test_the_host_of_an_answer_is_compared_as_nyxmon_does(tmp_path: Path) -> None:
    check, _ = taken(tmp_path, "dns", "example.org", expected_ips=["mx.example.org.", "b.example.org"], query_type="MX")
    (condition,) = map(parse_condition, conditions(check))
    for answer, holds in (("10 mx.example.org", True), ("5 b.example.org", True), ("10 a.mx.example.org", False)):
        assert evaluate([condition], Evidence(answers=(answer,)))[0].holds is holds


def test_an_expected_address_may_be_spelled_in_any_way(tmp_path: Path) -> None:
    check, _ = taken(tmp_path, "dns", "example.org", expected_ips=["2001:DB8:0::1"], query_type="AAAA")
    outcomes = evaluate(
        [parse_condition(each) for each in conditions(check)], Evidence(rcode="NOERROR", answers=("2001:db8::1",))
    )
    assert all(each.holds for each in outcomes)


def test_a_mail_server_that_is_not_verified_stays_so(tmp_path: Path) -> None:
    data = {"host": "h", "from_addr": "a@example.org", "to_addr": "b@example.org", "verify": False}
    assert taken(tmp_path, "smtp", "", **data)[0].tls.verify is False


def test_a_certificate_may_have_to_be_valid_for_no_day_more(tmp_path: Path) -> None:
    data = {"port": 443, "tls_mode": "implicit", "check_cert_expiry": True, "min_cert_days": 0, "retries": 5000}
    check, _ = taken(tmp_path, "tcp", "h.example.org", **data)
    assert conditions(check)[1] == "[CERTIFICATE_EXPIRATION] > 0d"
    assert check.failure_threshold == 1000


def test_what_can_be_taken_of_a_check_is_taken_and_each_has_a_password_file_of_its_own(tmp_path: Path) -> None:
    box = {"host": "mail.example", "username": "u", "search_subject": "x"}
    values = [{"path": "$.a", "op": "<", "value": 4}, {"path": "$.a b", "op": "<", "value": 4}]
    rows = [
        ("日本", "imap", "", box),
        ("中国", "imap", "", box),
        ("values", "json-metrics", "https://h/", {"checks": values}),
        ("port", "tcp", "h", {"port": 99999}),
    ]
    imported = reviewed(checks_of_nyxmon(database(tmp_path, *rows)))
    first, second, third = imported.checks
    assert (first["password_file"], second["password_file"]) == ("secrets/infra.password", "secrets/infra-2.password")
    assert [each["path"] for each in third["checks"]] == ["$.a"]
    assert imported.notes[-2:] == (
        "values: checks: not taken over: path: '$.a b': expected ==, !=, <, <=, > or >=, not 'b'",
        "port: not taken over: url: expected a port from 1 to 65,535 in the URL",
    )
