"""Heartbeats, pings, metrics and answers in a configuration file."""

from pathlib import Path

import pytest

from actors.checks.conditions.evaluate import Evidence, evaluate
from actors.checks.conditions.grammar import parse_condition
from actors.checks.kinds.findings import CheckFinding, WeightedCondition, verdict_of
from config.loader import load
from config.showing import shown
from messages.check_definitions import CheckDefinition, CheckKind, DialogueStep, Severity
from messages.checks import CheckVerdict
from tests.unit.config.builders import a_file, loaded, refused

TOKEN = "0123456789abcdef"
BEAT = f"url: heartbeat://\ntoken: {TOKEN}\n"


def in_file(lines: str) -> str:
    return "checks:\n  - name: site\n" + "".join(f"    {line}\n" for line in lines.splitlines())


def one(folder: Path, lines: str) -> CheckDefinition:
    (check,) = loaded(folder, in_file(lines)).checks
    return check


@pytest.mark.parametrize("url", ["heartbeat://", "'heartbeat:'", "heartbeat://backup"])
def test_a_heartbeat_has_a_token_a_period_and_a_grace(tmp_path: Path, url: str) -> None:
    check = one(tmp_path, f"url: {url}\ntoken: {TOKEN}")
    assert (check.kind, check.conditions) == (CheckKind.HEARTBEAT, ())
    assert (check.failure_threshold, check.success_threshold) == (1, 1)
    assert (check.heartbeat.token, check.heartbeat.period, check.heartbeat.grace) == (TOKEN, 86400.0, 3600.0)
    assert one(tmp_path, f"{BEAT}period: 5m").heartbeat.grace == 300.0
    assert one(tmp_path, f"{BEAT}period: 5m\ngrace: 1m").heartbeat.grace == 60.0


def test_a_heartbeat_comes_at_times_of_a_zone(tmp_path: Path) -> None:
    beats = one(tmp_path, f"{BEAT}cron: '0  3 * * MON-FRI'\ntimezone: Europe/Berlin\ngrace: 20m").heartbeat
    assert (beats.cron, beats.timezone, beats.grace) == ("0 3 * * MON-FRI", "Europe/Berlin", 1200.0)


def test_a_token_comes_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    assert one(tmp_path, "url: heartbeat://\ntoken_file: token").heartbeat.token == TOKEN


def test_a_token_is_not_shown(tmp_path: Path) -> None:
    text = shown(load(a_file(tmp_path, in_file(f"{BEAT}cron: 0 3 * * *\ntimezone: Europe/Berlin")), {}))
    assert "# check site: heartbeat://, a signal at 0 3 * * * (Europe/Berlin), with a grace of 1h" in text
    assert TOKEN not in text


@pytest.mark.parametrize(
    ("written", "cron"),
    [
        ("0 3 * * *", "0 3 * * *"), ("30 0 3 * * *", "30 0 3 * * *"), ("'@daily'", "0 0 * * *"),
        ("'@Weekly'", "0 0 * * 0"), ("'@hourly'", "0 * * * *"), ("'@annually'", "0 0 1 1 *"),
    ],
)  # fmt: skip
def test_the_times_of_cron_may_have_names_and_seconds(tmp_path: Path, written: str, cron: str) -> None:
    assert one(tmp_path, f"{BEAT}cron: {written}").heartbeat.cron == cron


@pytest.mark.parametrize("url", ["smtp://h\nfrom: a@example.org", "smtps://h\nfrom: a@example.org", "imap://h"])
def test_a_mail_server_may_be_asked_at_addresses_of_one_version(tmp_path: Path, url: str) -> None:
    assert one(tmp_path, f"url: {url}\nip_version: 6").ip_version == "6"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (f"{BEAT}cron: '@reboot'", "such as 0 3 * * *: of names there are @hourly, @daily, "),
        (f"{BEAT}cron: 0 3 * *", "such as 0 3 * * *: it has 4 fields, not minute, hour, day, month and weekday"),
        (
            "url: smtp://h\nfrom: a@example.org\nimap_url: imap://192.0.2.1\nip_version: 6",
            "ip_version: 192.0.2.1 is an address of the other version",
        ),
        ("url: tcp://h:25\ndialogue:\n  - expect: '(?=a)'", "expect: not a regular expression: invalid perl operator"),
        ("url: heartbeat://", "expected token_file, or token"),
        (f"{BEAT}token_file: x", "token_file: the file that it names cannot be read"),
        ("url: heartbeat://\ntoken: short", "token: expected at least 16 letters"),
        ("url: heartbeat://\ntoken: 'a token with blanks'", "token: expected at least 16 letters"),
        (f"{BEAT}period: 1h\ncron: 0 3 * * *", "period and cron exclude each other"),
        (f"{BEAT}timezone: Europe/Berlin", "timezone goes with cron, which is missing"),
        (f"{BEAT}cron: 0 25 * * *", "cron: expected a cron expression such as 0 3 * * *: bad hour"),
        (f"{BEAT}cron: daily", "cron: expected a cron expression"),
        (f"{BEAT}cron: 0 3 * * *\ntimezone: Berlin/Mitte", "timezone: expected a time zone such as Europe/Berlin"),
        (f"{BEAT}interval: 5m", "interval does not go with heartbeat; did you mean period?"),
        (f"{BEAT}period: 2y", "period: expected a duration"),
        (f"{BEAT}period: 400d", "period: expected a duration from 1s to 366d"),
        (f"{BEAT}method: GET", "method goes with http or https, not with heartbeat"),
        ("url: icmp://h\npackets: 101", "packets: expected a whole number from 1 to 100"),
        ("url: icmp://", "expected a URL such as icmp://example.org/"),
        ("url: icmp://h\nip_version: 5", "ip_version: expected 4 or 6"),
        ("url: icmp://192.0.2.1\nip_version: 6", "ip_version: 192.0.2.1 is an address of the other version"),
        ("url: http://h/\nchecks: []\nperiod: 1h", "period goes with heartbeat, not with http"),
        ("url: http://h/\nchecks: x", "checks: expected a list of values"),
        ("url: http://h/\nchecks:\n  - {path: a, op: '<'}", "checks: expected path, op and value"),
        ("url: http://h/\nchecks:\n  - {path: a, op: '=', value: 1}", "op: expected == != <= >= < >"),
        ("url: http://h/\nchecks:\n  - {path: a, op: '<', value: b}", "value: < compares numbers"),
        ("url: http://h/\nchecks:\n  - {path: a, op: '<', value: 1, severity: bad}", "severity: expected critical"),
        ("url: http://h/\nchecks:\n  - {path: 'a[', op: '<', value: 1}", "path: 'a[': expected ] for the [ here"),
        ("url: dns://9.9.9.9/h?type=MX", "url: expected nothing after the name; set the record type with query_type"),
        (f"url: dns:///{'.'.join(['a' * 60] * 5)}", "url: a name has at most 253 characters"),
        (f"url: dns:///{'ä' * 60}.example", "url: each part of the name has 1 to 63 characters"),
        (
            "url: dns:///h\nanswers_any: [192.0.2.999]",
            "answers_any: '192.0.2.999': a record of the type A is an address",
        ),
        ("url: dns:///h\nanswers_all: ['2001:db8::1']", "answers_all: '2001:db8::1': a record of the type A is"),
        (
            "url: dns:///h\nquery_type: aaaa\nanswers_all: [192.0.2.1]",
            "a record of the type AAAA is an address of IPv6",
        ),
        (
            "url: dns:///h\nquery_type: MX\nanswers_any: [mx.example]",
            "is written as 10 mail.example.org, with its pref",
        ),
        ("url: dns:///h\nquery_type: SRV\nanswers_any: [sip.example]", "is written as 10 5 5060 sip.example.org"),
        ("url: dns:///h\nquery_type: CAA\nanswers_any: [ca.example]", 'is written as 0 issue "ca.example.org"'),
        ("url: dns:///h\nquery_type: TXT\nanswers_any: ['']", "answers_any: expected an answer, not an empty text"),
        ("url: tcp://h:1\ndialogue: [{expect: x, starttls: maybe}]", "dialogue: starttls: expected true or false"),
        (
            "url: tcp://h:1\ndialogue: [{starttls: true}, {starttls: true}]",
            "dialogue: TLS can begin once; remove all but",
        ),
        ("url: tls://h:1\ndialogue: [{starttls: true}]", "dialogue: with tls:// TLS begins at once"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, lines: str, said: str) -> None:
    assert said in refused(tmp_path, in_file(lines))


@pytest.mark.parametrize("written", ["true", "True", "yes", "on", "'true'"])
def test_a_switch_in_a_dialogue_is_what_yaml_takes_for_one(tmp_path: Path, written: str) -> None:
    check = one(tmp_path, f"url: starttls://h:25\ndialogue: [{{expect: x, starttls: {written}}}]")
    assert check.dialogue == (DialogueStep(expect="x", starttls=True),)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("MX", "10 mx.example."), ("MX", "0 ."), ("SRV", "0 5 5060 sip.example"), ("CAA", '0 issue "ca.example; a=b"'),
     ("CNAME", "a.example"), ("A", "192.0.2.1"), ("AAAA", "2001:DB8::1")],
)  # fmt: skip
def test_an_answer_that_a_record_can_be_is_taken(tmp_path: Path, kind: str, answer: str) -> None:
    assert one(tmp_path, f"url: dns:///h\nquery_type: {kind}\nanswers_any: ['{answer}']").dns.query_type == kind


def test_a_token_is_not_repeated_in_a_fault(tmp_path: Path) -> None:
    assert "hunter2 hunter2" not in refused(tmp_path, in_file("url: heartbeat://\ntoken: hunter2 hunter2 hunter2"))


def test_two_heartbeats_have_two_tokens(tmp_path: Path) -> None:
    text = "checks:" + "".join(f"\n  - {{name: {name}, url: 'heartbeat:', token: {TOKEN}}}" for name in "ab")
    assert "b: the token is that of another heartbeat" in refused(tmp_path, text)


def test_values_of_a_document_are_conditions(tmp_path: Path) -> None:
    check = one(
        tmp_path,
        "url: http://h/\nchecks:\n  - {path: $.load, op: '<', value: 4}\n"
        "  - {path: disk.free, op: '>=', value: 10.5, severity: warning}\n"
        "  - {path: state, op: '==', value: 'on'}\n  - {path: well, op: '!=', value: false}",
    )
    assert check.kind is CheckKind.JSON_METRICS
    assert [(each.text, each.severity) for each in check.conditions] == [
        ("[STATUS] >= 200", Severity.CRITICAL),
        ("[STATUS] < 300", Severity.CRITICAL),
        ("[BODY].load < 4", Severity.CRITICAL),
        ("[BODY].disk.free >= 10.5", Severity.WARNING),
        ('[BODY].state == "on"', Severity.CRITICAL),
        ("[BODY].well != false", Severity.CRITICAL),
    ]


def test_answers_of_a_name_server_are_all_there_or_one_is(tmp_path: Path) -> None:
    check = one(tmp_path, "url: dns:///h\nquery_type: TXT\nanswers_all: [192.0.2.1]\nanswers_any:\n  - a'b\n  - c")
    assert [each.text for each in check.conditions][2:] == [
        "has([BODY][?@ == '192.0.2.1']) == true",
        "has([BODY][?@ == 'a\\'b' || @ == 'c']) == true",
    ]


@pytest.mark.parametrize(("answers", "holds"), [(("192.0.2.1", "c"), True), (("192.0.2.1",), False), (("c",), False)])
def test_answers_are_looked_for(tmp_path: Path, answers: tuple[str, ...], holds: bool) -> None:
    check = one(tmp_path, "url: dns:///h\nquery_type: TXT\nanswers_all: [192.0.2.1]\nanswers_any:\n  - a'b\n  - c")
    parsed = [parse_condition(each.text) for each in check.conditions]
    found = evaluate(parsed, Evidence(connected=True, rcode="NOERROR", answers=answers))
    assert all(each.holds for each in found) is holds


def test_a_ping_has_packets(tmp_path: Path) -> None:
    check = one(tmp_path, "url: icmp://h\npackets: 5\npacket_interval: 1s\nip_version: 6")
    assert (check.ping.packets, check.ping.interval, check.ip_version) == (5, 1.0, "6")


def test_a_path_of_a_value_is_a_path_and_nothing_else(tmp_path: Path) -> None:
    text = "checks: [{name: a, url: 'http://h/', checks: [{path: 'load == 1', op: '<', value: 4}]}]"
    assert "path: 'load == 1': expected a JSON path and nothing else" in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("kind", "wanted", "found"),
    [("AAAA", "2001:DB8:0::1", "2001:db8::1"), ("NS", "ns1.example.org.", "ns1.example.org"), ("TXT", "a.", "a.")],
)
def test_answers_are_looked_for_however_they_are_spelled(tmp_path: Path, kind: str, wanted: str, found: str) -> None:
    text = (
        f"checks: [{{name: a, url: 'dns:///example.org', query_type: {kind}, answers_all: ['{wanted}'],"
        f" answers_any: ['{wanted}']}}]"
    )
    (check,) = loaded(tmp_path, text).checks
    for each in check.conditions[-2:]:
        assert evaluate([parse_condition(each.text)], Evidence(answers=(found,)))[0].holds


@pytest.mark.parametrize(
    ("lines", "condition", "said"),
    [
        ("url: https://h/", "[PACKET_LOSS] < 50", "doesn't measure [PACKET_LOSS]; it has [STATUS], "),
        ("url: https://h/", "has([MESSAGE_AGE]) == false", "doesn't measure [MESSAGE_AGE]"),
        ("url: https://h/", "[STATUS] == 301", "redirects are followed, and their status is not seen; write follow"),
        ("url: https://h/", "any(302, 307) == [STATUS]", "write follow_redirects: false"),
        ("url: https://h/\nmethod: head", "[BODY] == ok", "[BODY] needs a method other than HEAD"),
        ("url: http://h/\nfollow_redirects: false", "[CERTIFICATE_EXPIRATION] > 14d", "doesn't measure [CERT"),
        ("url: icmp://h", "[STATUS] == 200", "it has [RESPONSE_TIME], [IP], [CONNECTED], [ROUND_TRIP] or [PACKET_L"),
        ("url: tcp://h:1", "[CERTIFICATE_EXPIRATION] > 14d", "doesn't measure [CERTIFICATE_EXPIRATION]"),
        ("url: tcp://h:1", "[BODY] == ok", "[BODY] needs a dialogue that expects something"),
        ("url: dns:///h", "[DNS_SERIAL] > 2026", "[DNS_SERIAL] needs query_type: SOA"),
        ("url: dns:///h", "[STATUS] == 200", "doesn't measure [STATUS]"),
        ("url: smtp://h\nfrom: a@b.example", "[ROUND_TRIP] < 1m", "[ROUND_TRIP] needs imap_url"),
        ("url: smtp://h\nfrom: a@b.example\nstarttls: false", "[CHAIN_EXPIRATION] > 1d", "doesn't measure [CHAIN"),
        ("url: smtps://h\nfrom: a@b.example", "[TLS_VERSION] == TLSv1.3", "doesn't measure [TLS_VERSION]"),
        ("url: imap://h", "[STATUS] == 250", "doesn't measure [STATUS]"),
        (BEAT, "[IP] == 192.0.2.1", "it has [RESPONSE_TIME], [BODY] or [CONNECTED]"),
        ("url: callboard://h", "[ROUND_TRIP] < 1s", "doesn't measure [ROUND_TRIP]"),
    ],
)
def test_a_condition_about_what_the_kind_does_not_find_out_is_refused(
    tmp_path: Path, lines: str, condition: str, said: str
) -> None:
    text = refused(tmp_path, in_file(f"{lines}\nconditions: ['{condition}']"))
    assert f"checks: site: conditions: '{condition}': " in text
    assert said in text


@pytest.mark.parametrize(
    ("lines", "condition"),
    [
        ("url: http://h/", "[CERTIFICATE_EXPIRATION] > 14d"),  # it may redirect to https
        ("url: https://h/", "[STATUS] == any(200, 301)"),
        ("url: https://h/", "[STATUS] != 301"),
        ("url: https://h/\nfollow_redirects: false", "[STATUS] == 301"),
        ("url: tls://h:1", "[TLS_CIPHER] == pat(TLS_*)"),
        ("url: tcp://h:1\ndialogue: [{expect: x, starttls: true}]", "[TLS_VERSION] == TLSv1.3"),
        ("url: tcp://h:1\ndialogue: [{expect: x}]", "[BODY] == pat(*x*)"),
        ("url: dns:///h\nquery_type: soa", "[DNS_SERIAL] > 2026"),
        ("url: smtp://h\nfrom: a@b.example\nimap_url: imap://h", "[ROUND_TRIP] < 1m"),
        ("url: smtp://h\nfrom: a@b.example\nstarttls: false\nimap_url: imaps://h", "[CHAIN_EXPIRATION] > 1d"),
        ("url: imap://h", "[MESSAGE_AGE] < 1h"),
        (BEAT, "[BODY] == pat(*done*)"),
    ],
)
def test_a_condition_about_what_the_kind_finds_out_is_taken(tmp_path: Path, lines: str, condition: str) -> None:
    assert one(tmp_path, f"{lines}\nconditions: ['{condition}']").conditions[0].text == condition


def test_an_answer_that_is_missing_is_said_with_those_that_came(tmp_path: Path) -> None:
    check = one(tmp_path, "url: dns:///h\nanswers_all: [192.0.2.1]")
    conditions = [
        WeightedCondition(condition=parse_condition(each.text), severity=each.severity) for each in check.conditions
    ]
    for answers, said in (
        (("192.0.2.7", "192.0.2.9"), "; the answers: 192.0.2.7, 192.0.2.9"),
        (("x" * 300,), f"; the answers: {'x' * 200}…"),
    ):
        finding = CheckFinding(evidence=Evidence(connected=True, rcode="NOERROR", answers=answers))
        assert verdict_of(finding, conditions) == (
            CheckVerdict.FAILED,
            f"has([BODY][?@ == '192.0.2.1']) (false) == true{said}",
        )
