"""`checks:` in a configuration file: what is understood, and what is said of what is not."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.check_keys import CHECK_KEYS
from config.checks import DEFAULT_CONDITIONS
from config.loader import load
from config.report import ConfigurationError
from config.showing import shown
from messages.check_definitions import CheckDefinition, CheckKind, DialogueStep, Severity
from tests.unit.config.builders import a_file, loaded, refused

URL = "https://example.org/"


def one(folder: Path, lines: str) -> CheckDefinition:
    """The only check of a file; `lines` follow its name."""
    text = "checks:\n  - name: site\n" + "".join(f"    {line}\n" for line in lines.splitlines())
    (check,) = loaded(folder, text).checks
    return check


def fault(folder: Path, lines: str) -> str:
    """What is said of the only check of a file, without the file."""
    text = "checks:\n  - name: site\n" + "".join(f"    {line}\n" for line in lines.splitlines())
    return refused(folder, text).removeprefix(f"{folder / 'mine.yaml'}: ")


def test_a_first_check_takes_three_lines(tmp_path: Path) -> None:
    check = one(tmp_path, f"url: {URL}")
    assert (check.key, check.kind, check.url) == ("site", CheckKind.HTTP, URL)
    assert tuple(each.text for each in check.conditions) == DEFAULT_CONDITIONS[CheckKind.HTTP]
    assert (check.interval, check.timeout, check.failure_threshold, check.success_threshold) == (60.0, 10.0, 3, 2)


def test_there_need_be_no_checks(tmp_path: Path) -> None:
    assert loaded(tmp_path, "checks: []").checks == ()
    assert loaded(tmp_path, "checks:").checks == ()
    assert loaded(tmp_path, "").checks == ()


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://h:8080/x?y=1", CheckKind.HTTP),
        ("HTTPS://h/", CheckKind.HTTP),
        ("tcp://h:25", CheckKind.TCP),
        ("tls://[::1]:993", CheckKind.TCP),
        ("dns://9.9.9.9/example.org", CheckKind.DNS),
        ("dns:///example.org", CheckKind.DNS),
        ("icmp://h", CheckKind.PING),
        ("icmp://[::1]", CheckKind.PING),
        ("callboard://h:8080", CheckKind.CALLBOARD),
        ("callboard+https://h/", CheckKind.CALLBOARD),
        ("callboard://", CheckKind.CALLBOARD),
    ],
)
def test_the_scheme_says_the_kind(tmp_path: Path, url: str, kind: CheckKind) -> None:
    assert one(tmp_path, f"url: {url}").kind is kind


def test_everything_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc.def\n")
    check = one(
        tmp_path,
        f"url: {URL}\ngroup: infra\ninterval: 30s\nretry_interval: 5s\ntimeout: 3s\nfailure_threshold: 1\n"
        "success_threshold: 4\nremind_every: never\ndisabled: true\nchannel: '#alerts'\nusers: [U012AB3CD]\n"
        "method: post\nheaders: {Accept: text/html, X-Number: 5}\nbody: '{}'\nbearer_file: token\n"
        "follow_redirects: false\nverify: false\ntls_min: 1.3\nserver_name: other.example.org\n"
        "conditions:\n  - '[STATUS] == any(200, 301)'\n  - if: '[RESPONSE_TIME] < 1s'\n    severity: warning",
    )
    assert (check.key, check.interval, check.retry_interval, check.timeout) == ("infra/site", 30.0, 5.0, 3.0)
    assert (check.failure_threshold, check.success_threshold, check.remind_every) == (1, 4, 0.0)
    assert (check.disabled, check.channel, check.users) == (True, "#alerts", ("U012AB3CD",))
    assert (check.http.method, check.http.body, check.http.bearer) == ("POST", "{}", "abc.def")
    assert check.http.headers == (("Accept", "text/html"), ("X-Number", "5"))
    assert not check.http.follow_redirects
    assert (check.tls.verify, check.tls.least, check.tls.server_name) == (False, "1.3", "other.example.org")
    assert [each.severity for each in check.conditions] == [Severity.CRITICAL, Severity.WARNING]


def test_a_dialogue_has_steps(tmp_path: Path) -> None:
    check = one(
        tmp_path,
        "url: starttls://h:25\ndialogue:\n  - expect: '^220 '\n    send: EHLO me\n  - starttls: true",
    )
    assert check.dialogue == (DialogueStep(expect="^220 ", send="EHLO me"), DialogueStep(starttls=True))


def test_a_text_names_files(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.yaml").write_text(f"- name: a\n  url: {URL}\n")
    (tmp_path / "d" / "b.yaml").write_text(f"checks:\n  - name: b\n    url: {URL}\n")
    checks = loaded(tmp_path, f"checks:\n  - d/*.yaml\n  - name: c\n    url: {URL}\n").checks
    assert [check.name for check in checks] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a\\0/*.yaml"', "checks: expected the path of a file, not 'a\\x00/*.yaml'"),
        ('"a\\0.yaml"', "checks: expected the path of a file, not 'a\\x00.yaml'"),
        ("~nobody-of-that-name/*.yaml", "checks: the home directory in '~nobody-of-that-name/*.yaml' is not known"),
    ],
)
def test_a_text_that_no_path_can_be_is_a_fault_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, f"checks:\n  - {text}\n") == f"{tmp_path}/mine.yaml: line 2: {said}"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (f"url: {URL}\nintervals: 30s", "line 4: checks: site: intervals: unknown key; did you mean interval?"),
        ("group: x", "line 2: checks: site: url is missing"),
        ("url: ftp://x", "line 3: checks: site: url: expected a URL that begins with http://"),
        ("url: tcp://h", "line 3: checks: site: url: expected a port: tcp://h:25"),
        ("url: https://u:p@h/", "line 3: checks: site: url: a user or password does not belong in the URL"),
        ("url: dns://9.9.9.9", "expected a name behind the server"),
        (f"url: {URL}\ninterval: 30", "line 4: checks: site: interval: expected a duration such as 30s or 5m"),
        (f"url: {URL}\ninterval: 100ms", "interval: expected a duration from 1s to 30d"),
        (f"url: {URL}\ntimeout: 1h", "timeout: expected a duration of at most 5m"),
        (f"url: {URL}\nfailure_threshold: 0", "failure_threshold: expected a whole number from 1 to 1,000"),
        (f"url: {URL}\ndisabled: 'no'", "disabled: expected true or false"),
        (f"url: {URL}\nusers: [anna]", "users: expected Slack ids of users, such as U012AB3CD"),
        (f"url: {URL}\nmethod: G E T", "method: expected a method such as GET, HEAD or POST"),
        (f"url: {URL}\nheaders: [a]", "headers: expected names with values, not a list"),
        (f"url: {URL}\nheaders: {{Authorization: x}}", "Authorization would hold a secret; write bearer_file"),
        (f"url: {URL}\nbearer_file: nothing", "bearer_file: the file that it names cannot be read"),
        (f"url: {URL}\ntls_min: 1.1", "tls_min: expected 1.2 or 1.3"),
        (f"url: {URL}\nca_file: nothing.pem", "ca_file: there is no file"),
        (f"url: {URL}\nca_file: ~nobody-of-this-name/ca.pem", "ca_file: there is no file"),
        (
            f"url: {URL}\npassword_file: ~nobody-of-this-name/p\nusername: u",
            "password_file: the file that it names cannot be read",
        ),
        (
            "url: http://h/\nverify: false",
            "verify goes with https, tls, starttls, smtp, smtps, imap, imaps or callboard+https",
        ),
        (f"url: {URL}\ndialogue: []", "dialogue goes with tcp, tls or starttls, not with https"),
        ("url: starttls://h:25", "the dialogue must say where TLS begins"),
        ("url: tcp://h:25\ndialogue:\n  - expect: '('", "expect: not a regular expression"),
        (
            "url: tcp://h:25\ndialogue:\n  - send: a\n  - expects: x",
            "line 6: checks: site: dialogue: expects: unknown key; did",
        ),
        ("url: tcp://h:25\ndialogue:\n  - send: a\n    send: b", "line 6: checks: site: dialogue: send: given twice"),
        ("url: tcp://h:25\ndialogue:\n  - wait: x", "expected expect, send or starttls with a value"),
        ("url: dns:///h\nquery_type: AX", "query_type: expected A, AAAA, "),
        (f"url: {URL}\nconditions: '[STATUS] == 200'", "conditions: expected a list of conditions"),
        (f"url: {URL}\nconditions:\n  - [STATUS]", "quote a condition: YAML takes what begins with [ for a list"),
        (f"url: {URL}\nconditions:\n  - '[STATUS] = 1'", "'[STATUS] = 1', column 10: expected ==, !="),
        (f"url: {URL}\nconditions:\n  - if: '[STATUS] == 1'\n    severity: bad", "expected critical or warning"),
        (
            f"url: {URL}\nconditions:\n  - '[STATUS] == 200'\n  - '[STATUS] = 1'",
            "line 6: checks: site: conditions: '[STATUS] = 1', column 10",
        ),
        (
            f"url: {URL}\nconditions:\n  - [STATUS] == 1",
            "line 5, column 18: expected <block end>, but found '<scalar>'; quote",
        ),
        (
            f"url: {URL}\nconditions:\n  - if: '[STATUS] == 1'\n    severty: warning",
            "line 6: checks: site: conditions: sev",
        ),
        (
            f"url: {URL}\nconditions:\n  - if: '[STATUS] == 1'\n    if: '[STATUS] == 2'",
            "line 6: checks: site: conditions: if: ",
        ),
        (f"url: {URL}\nheaders:\n  A: b\n  a: c", "line 6: checks: site: headers: a: given twice"),
        (
            f"url: {URL}\nchecks:\n  - {{path: a, op: '<', value: 1}}\n  - {{path: a, op: '<', values: 1}}",
            "line 6: checks: site: ch",
        ),
        (f"url: {URL}\ninterval: 60", "expected a duration such as 30s or 5m; did you mean 60s?"),
        (f"url: {URL}\ninterval: 5 minutes", "did you mean 5m?"),
        ("url: h.example:8443/x", "; did you mean https://h.example:8443?"),
        ("url: ping://h", "; did you mean icmp://?"),
        ("url: ssl://h:443", "; did you mean tls://?"),
        ("url: http://h:99999/", "expected a port from 1 to 65,535 in the URL"),
        ("url: http://h:0/", "expected a port from 1 to 65,535 in the URL"),
        (f"url: {URL}\ntls_min: 1.3\ntls_max: 1.2", "tls_max: it is older than tls_min"),
        (f"url: {URL}\nagree: 1", "agree goes with places, which is missing"),
        (f"url: {URL}\nInterval: 5m", "Interval: unknown key; did you mean interval?"),
        (f"url: {URL}\nkeyword: x", "keyword: unknown key; did you mean conditions, such as [BODY] == pat(*word*)?"),
        (f"url: {URL}\n\tinterval: 5m", "found character '\\t' that cannot start any token"),
        ("url: icmp://h\npackets: 9\npacket_interval: 1s\ntimeout: 5s", "timeout: so many packets take longer"),
        ("url: http://a..b/", "each part of the host's name has 1 to 63 characters"),
        ("url: http://" + "a" * 64 + ".example/", "each part of the host's name has 1 to 63 characters"),
        ("url: tcp://h:25/path", "expected nothing after tcp://h:25"),
        ("url: icmp://h:25", "a ping knows no port: write icmp://h"),
        ("url: dns://9.9.9.9/a..b", "url: each part of the name has 1 to 63 characters"),
        (f"url: {URL}\nurl: {URL}", "line 4: checks: a key is given twice"),
        (f"url: {URL}\nname: other", "line 4: checks: a key is given twice"),
        (f"url: {URL}\nremind_every: 1000000000d", "remind_every: expected a duration of at most 3650d"),
        (f"url: {URL}\nretry_interval: 1ms", "retry_interval: expected a duration of at least 1s"),
        ("url: https://256.1.1.1/", "url: 256.1.1.1 is neither a name nor an address such as 192.0.2.1"),
        ("url: http://127.1/", "127.1 is neither a name nor an address"),
        ("url: https://${HOST}/", "url: expected the name of a host: letters, digits, - and _"),
        ("url: tcp://a|b:25", "expected the name of a host"),
        (f"url: https://é{'a' * 62}.example/", "each part of the host's name has 1 to 63 characters"),
        ('url: "https://\\u200b.example/"', "each part of the host's name has 1 to 63 characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, lines: str, said: str) -> None:
    assert said in fault(tmp_path, lines)


@pytest.mark.parametrize(
    "host", ["bücher.example", "a_b.example", "h", "h.example.", "192.0.2.1", "[2001:db8::1]", "xn--bcher-kva.example"]
)
def test_any_name_of_a_host_and_any_address_is_taken(tmp_path: Path, host: str) -> None:
    assert one(tmp_path, f"url: 'https://{host}:8443/'").url == f"https://{host}:8443/"


def test_two_checks_of_one_name_are_refused_in_one_group_only(tmp_path: Path) -> None:
    twice = f"checks:\n  - {{name: a, url: '{URL}'}}\n  - {{name: a, url: '{URL}'}}\n"
    assert "line 3: checks: a: there is another of this name" in refused(tmp_path, twice)
    apart = f"checks:\n  - {{name: a, url: '{URL}'}}\n  - {{name: a, group: g, url: '{URL}'}}\n"
    assert [check.key for check in loaded(tmp_path, apart).checks] == ["a", "g/a"]


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, "checks:\n  - {name: a, url: x}\n  - 5\n  - {url: y}\n  - none.yaml\n")
    assert len(said.splitlines()) == 5


def test_no_secret_is_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("verysecretword")
    text = f"checks:\n  - name: a\n    url: {URL}?token=verysecretword\n    bearer_file: token\n"
    configuration = load(a_file(tmp_path, text), {})
    assert "verysecretword" not in shown(configuration)
    assert "# check a: https://example.org/" in shown(configuration)
    assert "verysecretword" not in repr(configuration.settings.checks[0].http)


YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from([URL, "30s", "[STATUS] == 200"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from([*CHECK_KEYS, "if", "expect", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.sampled_from(list(CHECK_KEYS)), YAML, max_size=4) | YAML, max_size=2))
def test_whatever_stands_there_is_checks_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, checks: object
) -> None:
    file = a_file(tmp_path_factory.getbasetemp(), yaml.safe_dump({"checks": checks}, allow_unicode=True))
    with suppress(ConfigurationError):
        load(file, {})


@pytest.mark.parametrize(("text", "seconds"), [("1h30m", 5400.0), ("1m30s", 90.0), ("1h 30m", 5400.0), ("2.5m", 150.0)])
def test_durations_may_have_several_parts(tmp_path: Path, text: str, seconds: float) -> None:
    assert one(tmp_path, f"url: {URL}\ninterval: {text}").interval == seconds


def test_a_scheme_in_capitals_is_the_same_scheme(tmp_path: Path) -> None:
    assert one(tmp_path, "url: TLS://h:443").url == "tls://h:443"


def test_a_password_may_be_several_words_and_a_token_may_not(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse stäple\n", encoding="utf-8")
    check = one(tmp_path, f"url: {URL}\nusername: ada\npassword_file: secret")
    assert check.http.password == "correct horse stäple"
    assert "one word of ASCII" in fault(tmp_path, f"url: {URL}\nbearer_file: secret")
    (tmp_path / "large").write_text("a" * 5000, encoding="utf-8")
    assert "more than 4096 characters" in fault(tmp_path, f"url: {URL}\nbearer_file: large")
    (tmp_path / "secret").write_text("two\nlines", encoding="utf-8")
    assert "one line" in fault(tmp_path, f"url: {URL}\nusername: ada\npassword_file: secret")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("client: {insecure: true}", "client: unknown key; did you mean verify, timeout, follow_redirects or"),
        ("insecure: true", "insecure: unknown key; did you mean verify: false?"),
        ("alerts: []", "alerts: unknown key; did you mean channel, users,"),
        ("dns: {query-name: x}", "dns: unknown key; did you mean url: dns://server/name and query_type?"),
        ("failure-threshold: 3", "failure-threshold: unknown key; did you mean failure_threshold?"),
        ("enabled: false", "enabled: unknown key; did you mean disabled?"),
    ],
)
def test_a_key_of_gatus_is_refused_with_ours(tmp_path: Path, line: str, hint: str) -> None:
    assert hint in fault(tmp_path, f"url: {URL}\n{line}")


def test_a_scheme_that_is_nearly_right_is_suggested(tmp_path: Path) -> None:
    assert fault(tmp_path, "url: htps://h/").endswith("; did you mean https://?")


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("192.0.2.1", "1.2.0.192.in-addr.arpa"),
        ("2001:db8::1", f"1.{'0.' * 23}8.b.d.0.1.0.0.2.ip6.arpa"),
        ("a.b", "a.b"),
    ],
)
def test_the_name_of_an_address_is_asked_for_as_the_protocol_wants_it(tmp_path: Path, name: str, asked: str) -> None:
    text = f"checks: [{{name: x, url: 'dns://9.9.9.9/{name}', query_type: ptr}}]"
    (check,) = loaded(tmp_path, text).checks
    assert check.dns.query_name == asked


def test_keys_in_capitals_are_suggested_also_where_none_is_right(tmp_path: Path) -> None:
    said = refused(tmp_path, "checks: [{Name: x, URL: 'https://h/'}]")
    assert "Name: unknown key; did you mean name?" in said
    assert "URL: unknown key; did you mean url?" in said


def test_a_value_may_be_null(tmp_path: Path) -> None:
    (check,) = loaded(
        tmp_path, "checks: [{name: x, url: 'https://h/', checks: [{path: a, op: ==, value: null}]}]"
    ).checks
    assert check.conditions[-1].text == "[BODY].a == null"
