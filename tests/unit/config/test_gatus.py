"""gatus' configuration as checks of ours."""

from pathlib import Path

import pytest
import yaml

from config.gatus import checks_of_gatus
from config.import_review import reviewed
from config.imported import LONGEST_NAME_CHARACTERS
from messages.check_definitions import CheckDefinition, CheckKind
from tests.unit.config.builders import loaded

THEIRS = """
endpoints:
  - name: front
    group: web
    url: https://example.org/health
    interval: 1m30s
    headers: {Accept: application/json, Authorization: Bearer abc}
    client: {insecure: true, timeout: 3s, ignore-redirect: true, dns-resolver: "udp://1.1.1.1:53"}
    conditions:
      - "[STATUS] == any(200, 204)"
      - "[BODY].status == UP"
      - "[DOMAIN_EXPIRATION] > 720h"
    alerts:
      - type: slack
        failure-threshold: 5
        success-threshold: 3
        minimum-reminder-interval: 30m
  - name: names
    url: 9.9.9.9
    dns: {query-name: example.org., query-type: MX}
    conditions: ["[DNS_RCODE] == NOERROR"]
  - {name: port, url: "tcp://example.org:22", enabled: false, conditions: ["[CONNECTED] == true"], ssh: {username: x}}
  - {name: echo, url: "icmp://example.org", client: {network: ip6}, conditions: ["[CONNECTED] == true"]}
  - {name: door, url: "ssh://example.org:22"}
  - {url: "https://example.org"}
alerting: {slack: {webhook-url: x}}
web: {port: 8080}
"""


def test_what_means_the_same_is_taken_over_and_the_rest_is_said(tmp_path: Path) -> None:
    imported = checks_of_gatus(yaml.safe_load(THEIRS))
    front, names, port, echo = loaded(tmp_path, yaml.safe_dump({"checks": list(imported.checks)})).checks
    assert (front.key, front.url, front.interval, front.timeout) == (
        "web/front",
        "https://example.org/health",
        90.0,
        3.0,
    )
    assert [each.text for each in front.conditions] == ["[STATUS] == any(200, 204)", "[BODY].status == UP"]
    assert (front.failure_threshold, front.success_threshold, front.remind_every) == (5, 3, 1800.0)
    assert (front.tls.verify, front.http.follow_redirects) == (False, False)
    assert front.http.headers == (("Accept", "application/json"),)
    assert (names.kind, names.dns.query_name, names.dns.query_type) == (CheckKind.DNS, "example.org", "MX")
    assert (port.kind, port.disabled) == (CheckKind.TCP, True)
    assert (echo.kind, echo.url, echo.ip_version) == (CheckKind.PING, "icmp://example.org", "6")
    assert imported.notes == (
        "front: Authorization would hold a secret: write it into a file, and name that in bearer_file",
        "front: client.dns-resolver: not taken over",
        "front: condition '[DOMAIN_EXPIRATION] > 720h', column 1: [DOMAIN_EXPIRATION] of gatus does not exist here",
        "port: ssh: not taken over",
        "door: ssh: this kind of check does not exist here",
        "endpoint 6: it has no name",
        "alerting: not taken over",
    )


PUSHED = """
external-endpoints:
  - name: Nightly backup
    group: core
    token: potato
    heartbeat: {interval: 30m}
    alerts: [{type: slack, failure-threshold: 2}]
  - {name: manual, token: "0123456789abcdef", enabled: false}
"""


def test_external_endpoints_become_heartbeats_whose_tokens_stay(tmp_path: Path) -> None:
    imported = checks_of_gatus(yaml.safe_load(PUSHED))
    (tmp_path / "core-nightly-backup.token").write_text("fedcba9876543210\n", encoding="utf-8")
    (tmp_path / "manual.token").write_text("0123456789abcdef\n", encoding="utf-8")
    backup, manual = loaded(tmp_path, yaml.safe_dump({"checks": list(imported.checks)})).checks
    assert (backup.key, backup.kind, backup.failure_threshold) == ("core/Nightly backup", CheckKind.HEARTBEAT, 2)
    assert (backup.heartbeat.period, backup.heartbeat.grace) == (1800.0, 5.0)
    assert (manual.disabled, manual.heartbeat.period, manual.heartbeat.token) == (
        True,
        365 * 86400.0,
        "0123456789abcdef",
    )
    assert "potato" not in str(imported)
    assert imported.notes[0].startswith("Nightly backup: write its token into core-nightly-backup.token")


@pytest.mark.parametrize("document", [None, [], {}, {"endpoints": {}}, "x"])
def test_what_is_no_configuration_of_gatus_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match="no endpoints"):
        checks_of_gatus(document)


def taken(folder: Path, endpoint: str, more: str = "") -> tuple[CheckDefinition, tuple[str, ...]]:
    """An endpoint called x as our own reader understands what came of it, and the notes."""
    imported = checks_of_gatus(yaml.safe_load(f"endpoints: [{{name: x, {endpoint}}}]\n{more}"))
    (check,) = loaded(folder, yaml.safe_dump({"checks": list(imported.checks)})).checks
    return check, imported.notes


def test_a_query_of_graphql_is_sent_as_gatus_sends_it(tmp_path: Path) -> None:
    check, notes = taken(tmp_path, "url: 'https://h/', method: POST, graphql: true, body: '{ users { id } }'")
    assert (check.http.method, check.http.body) == ("POST", '{"query": "{ users { id } }"}')
    assert (check.http.headers, notes) == ((("Content-Type", "application/json"),), ())
    check, _ = taken(tmp_path, "url: 'https://h/', graphql: true, body: x, headers: {content-type: a/b}")
    assert check.http.headers == (("content-type", "a/b"),)


def test_tls_of_a_mail_server_begins_after_its_greeting(tmp_path: Path) -> None:
    check, notes = taken(tmp_path, "url: 'STARTTLS://h:587', client: {insecure: true}")
    assert (check.url, len(check.dialogue), check.tls.verify, notes) == ("starttls://h:587", 3, False, ())


@pytest.mark.parametrize(
    ("server", "url"),
    [("2001:db8::1", "dns://[2001:db8::1]/x.org"), ("'8.8.8.8:5353'", "dns://8.8.8.8:5353/x.org")],
)
def test_a_name_server_has_any_address(tmp_path: Path, server: str, url: str) -> None:
    assert taken(tmp_path, f"url: {server}, dns: {{query-name: x.org., query-type: A}}")[0].url == url


def test_what_our_configuration_would_refuse_is_made_fit_and_said(tmp_path: Path) -> None:
    check, notes = taken(
        tmp_path,
        "url: 'https://ada:hunter2@h/', group: a/b, interval: 100ms, client: {timeout: 10m},"
        " alerts: [{type: slack, failure-threshold: 5000}]",
    )
    assert (check.key, check.url, check.interval, check.timeout) == ("a-b/x", "https://h/", 1.0, 300.0)
    assert check.failure_threshold == 1000
    assert "hunter2" not in str(notes)
    assert notes == ("x: the user and the password in its URL are not taken over: write username and password_file",)
    _, notes = taken(tmp_path, "url: 'icmp://h', body: PING")
    assert notes == ("x: body: not taken over: it goes with pages only",)
    _, notes = taken(tmp_path, "url: 'https://h/', headers: {X-Key: $KEY}")
    assert notes == ("x: it has variables of the environment ($NAME), which are not replaced here: write their values",)


def test_thresholds_of_the_provider_count_where_an_alert_has_none(tmp_path: Path) -> None:
    check, _ = taken(
        tmp_path,
        "url: 'https://h/', alerts: [{type: slack, success-threshold: 1}]",
        "alerting: {slack: {default-alert: {failure-threshold: 7, success-threshold: 4}}}",
    )
    assert (check.failure_threshold, check.success_threshold) == (7, 1)


def test_two_of_one_name_stay_apart() -> None:
    theirs = {"endpoints": [{"name": "x", "url": "https://a/"}, {"name": "x", "url": "https://b/"}]}
    imported = checks_of_gatus(theirs)
    assert [check["name"] for check in imported.checks] == ["x", "x 2"]
    long = "y" * 200
    imported = checks_of_gatus(
        {"endpoints": [{"name": long, "url": "https://a/"}, {"name": long, "url": "https://b/"}]}
    )
    one, other = (check["name"] for check in imported.checks)
    assert one != other
    assert len(one) == len(other) == LONGEST_NAME_CHARACTERS


@pytest.mark.parametrize("key", ["headers", "client", "dns", "alerts", "conditions", "maintenance-windows"])
@pytest.mark.parametrize("value", [5, "x", True])
def test_what_has_another_shape_is_said(key: str, value: object) -> None:
    imported = checks_of_gatus({"endpoints": [{"name": "x", "url": "https://h/", key: value}]})
    assert imported.notes == (f"x: {key}: not taken over: it is not what gatus wants there",)
    assert len(imported.checks) == 1


def test_what_is_sent_to_a_port_is_a_dialogue(tmp_path: Path) -> None:
    check, notes = taken(tmp_path, 'url: "tcp://h:1", body: "PING\\r\\n", conditions: ["[BODY] == pat(*PONG*)"]')
    assert [(step.send, step.expect) for step in check.dialogue] == [("PING", ""), ("", ".")]
    assert notes == ()


@pytest.mark.parametrize(
    ("kind", "theirs", "ours"),
    [
        ("NS", "[BODY] == pat(*.iana-servers.net.)", "[BODY] == pat(*.iana-servers.net)"),
        ("CNAME", "[BODY] == example.org.", "[BODY] == example.org"),
        ("PTR", "[BODY] == any(a.example., b.example.)", "[BODY] == any(a.example, b.example)"),
        ("MX", "[BODY] == mx.example.org.", "[BODY] == pat(* mx.example.org)"),
        ("MX", "[BODY] == any(a.example., b.example.)", "[BODY] == any(pat(* a.example), pat(* b.example))"),
        ("A", "[BODY] == 192.0.2.1", "[BODY] == 192.0.2.1"),
        ("NS", "[DNS_RCODE] == NOERROR", "[DNS_RCODE] == NOERROR"),
    ],
)
def test_answers_of_a_name_server_are_written_in_our_way(tmp_path: Path, kind: str, theirs: str, ours: str) -> None:
    endpoint = f"url: 9.9.9.9, dns: {{query-name: x.org, query-type: {kind}}}, conditions: ['{theirs}']"
    check, notes = taken(tmp_path, endpoint)
    assert ([each.text for each in check.conditions], notes) == ([ours], ())


def test_each_external_endpoint_has_a_token_of_its_own() -> None:
    names = [
        ("a", "backup"),
        ("b", "backup"),
        ("c", "x"),
        ("c", "x"),
        ("c", "x-2"),
        ("", "Übung"),
        ("", "übung"),
        ("", "日本"),
        ("", "中国"),
    ]
    imported = checks_of_gatus({"external-endpoints": [{"group": group, "name": name} for group, name in names]})
    files = [check["token_file"] for check in imported.checks]
    stems = ("a-backup", "b-backup", "c-x", "c-x-2", "c-x-2-2", "bung", "bung-2", "check", "check-2")
    assert files == [f"{stem}.token" for stem in stems]


def test_an_alert_that_is_off_does_not_count(tmp_path: Path) -> None:
    alerts = "alerts: [{type: slack, failure-threshold: 9, enabled: false}, {type: email, failure-threshold: 7}]"
    assert taken(tmp_path, f"url: 'https://h/', {alerts}")[0].failure_threshold == 7


@pytest.mark.parametrize(
    ("endpoint", "note"),
    [
        ("url: h.example", "x: its url has no scheme"),
        ("conditions: []", "x: its url has no scheme"),
        ("url: 'http://u:secret@[::1/'", "x: its url cannot be read"),
        ("url: 'wss://h'", "x: wss: this kind of check does not exist here"),
        ("url: 'https://h/', body: '[RANDOM_STRING_9]'", "x: body: [RANDOM_STRING_9] is not replaced here"),
    ],
)
def test_what_is_not_taken_over_is_said_in_a_sentence(endpoint: str, note: str) -> None:
    (said,) = checks_of_gatus(yaml.safe_load(f"endpoints: [{{name: x, {endpoint}}}]")).notes
    assert said.startswith(note)


def test_what_says_nothing_is_not_noted(tmp_path: Path) -> None:
    assert taken(tmp_path, "url: 'https://h/', client: {proxy-url: '', store-cookies: false}")[1] == ()


@pytest.mark.parametrize(
    ("endpoint", "left", "note"),
    [
        ("url: 'tcp://h'", None, "not taken over: url: expected a port: tcp://h:25"),
        ("url: 'https://h/', method: G E T", None, "not taken over: method: expected a method such as GET"),
        ("url: 9.9.9.9, dns: {query-name: a, query-type: ANY}", None, "not taken over: query_type: expected A, "),
        ("url: 'https://h/', headers: {a b: c, X: y}", "headers", "headers: not taken over: expected names with"),
        (
            "url: 'https://h/', maintenance-windows: [{start: '25:99', duration: 1h}, {start: '01:00', duration: 1h}]",
            "maintenance",
            "maintenance: not taken over: time: expected a time of day",
        ),
        (
            "url: 'https://h/', maintenance-windows: [{start: '01:00', duration: 1h, timezone: Mars/Olympus}]",
            "",
            "maintenance: not taken over: timezone: expected a time zone",
        ),
    ],
)
def test_what_comes_of_an_import_can_be_read(tmp_path: Path, endpoint: str, left: str | None, note: str) -> None:
    imported = reviewed(checks_of_gatus(yaml.safe_load(f"endpoints: [{{name: x, {endpoint}}}]")))
    assert [each for each in imported.notes if f"x: {note}" in each], imported.notes
    assert len(imported.checks) == (left is not None)
    assert not left or len(imported.checks[0][left]) == 1
    loaded(tmp_path, yaml.safe_dump({"checks": list(imported.checks)}))
