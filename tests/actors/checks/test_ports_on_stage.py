"""Ports, names and TLS on the stage: what each fault looks like to a check."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.ports import DialogueLine, DialoguePort, NamePort, PagePort, StagedTls
from messages.check_definitions import (
    CheckDefinition,
    CheckKind,
    DialogueStep,
    DnsOptions,
    RequiredCondition,
    TlsOptions,
)
from messages.checks import CheckResult, CheckVerdict
from tests.check_builders import a_check
from tests.check_running import tried

ZONE = (
    "here.example. 60 A 192.0.2.1",
    "here.example. 60 A 192.0.2.2",
    "here.example. 60 SOA ns.here.example. me.here.example. 2026113001 1 1 1 1",
)
GREETING = (DialogueStep(expect="^220 "),)
WELL = ("passed", "")


@pytest.fixture(scope="module")
def running() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def stage(running: StageClient) -> Iterator[StageClient]:
    yield running
    running.reset()


def came_of(check: CheckDefinition) -> tuple[str, str]:
    """The verdict and what was wrong."""
    (result,) = tried(check)
    return result.verdict.value, result.error


def conditions(*texts: str) -> tuple[RequiredCondition, ...]:
    return tuple(RequiredCondition(text=text) for text in texts)


# --- connections


def a_dialogue(stage: StageClient, *lines: DialogueLine, **changes: Any) -> CheckDefinition:
    number = stage.ports.open("tcp", DialoguePort(steps=lines))
    known: dict[str, Any] = {"kind": CheckKind.TCP, "url": f"tcp://localhost:{number}", "dialogue": GREETING}
    return a_check(condition="[CONNECTED] == true", **(known | changes))


def test_a_greeting_may_come_late(stage: StageClient) -> None:
    late = DialogueLine(after=0.03, say=b"220 ready\r\n")
    assert came_of(a_dialogue(stage, late)) == WELL


def test_whoever_says_nothing_has_no_answer(stage: StageClient) -> None:
    assert came_of(a_dialogue(stage, timeout=6.0)) == ("failed", "no answer within 6 s: expected '^220 '")


def test_whoever_leaves_early_is_said_to(stage: StageClient) -> None:
    left = "the server closed the connection without a word; expected '^220 '"
    assert came_of(a_dialogue(stage, DialogueLine(ends=True))) == ("failed", left)
    half = (DialogueLine(say=b"220 rea"), DialogueLine(ends=True))
    assert came_of(a_dialogue(stage, *half, dialogue=(DialogueStep(expect="^220 ready"),)))[0] == "failed"


def test_garbage_is_quoted_and_ends_nothing(stage: StageClient) -> None:
    said = DialogueLine(say=b"\xff\xfe\x00\x1b[31m\r\n"), DialogueLine(ends=True)
    verdict, error = came_of(a_dialogue(stage, *said))
    assert verdict == "failed"
    assert error.isprintable()


def test_a_line_without_end_is_not_read_for_ever(stage: StageClient) -> None:
    endless = DialogueLine(say=b"x" * 200_000)
    assert came_of(a_dialogue(stage, endless)) == ("failed", "a line has more than 8,192 bytes")


def test_tls_waits_for_the_greeting_and_for_the_server_to_be_ready(stage: StageClient, tmp_path: Path) -> None:
    steps = (
        DialogueLine(after=0.03, say=b"220 ready\r\n"),
        DialogueLine(hear=True),
        DialogueLine(after=0.03, say=b"220 go ahead\r\n", starttls=True),
        DialogueLine(hear=True),
        DialogueLine(say=b"250 safe\r\n"),
    )
    number = stage.ports.open("starttls", DialoguePort(steps=steps, tls=StagedTls(at_once=False, days=20)))
    dialogue = (
        DialogueStep(expect="^220 ", send="STARTTLS"),
        DialogueStep(expect="^220 ", starttls=True),
        DialogueStep(send="EHLO me"),
        DialogueStep(expect="^250 safe"),
    )
    check = a_check(
        kind=CheckKind.TCP, url=f"starttls://localhost:{number}", dialogue=dialogue,
        condition="[CERTIFICATE_EXPIRATION] > 19d", tls=TlsOptions(ca_file=stage.ports.authority(tmp_path)),
    )  # fmt: skip
    assert came_of(check) == WELL
    assert stage.ports.heard("starttls") == ("STARTTLS", "EHLO me")


# --- names


def a_question(stage: StageClient, script: NamePort, *texts: str, kind: str = "A", **changes: Any) -> CheckDefinition:
    number = stage.ports.open("names", script)
    return a_check(
        kind=CheckKind.DNS, url=f"dns://127.0.0.1:{number}/here.example", condition=conditions(*texts),
        dns=DnsOptions(query_name="here.example", query_type=kind), **changes,
    )  # fmt: skip


def test_names_are_judged_by_code_answers_and_serial(stage: StageClient) -> None:
    all_of_them = ("[DNS_RCODE] == NOERROR", "len([BODY]) == 2", "[BODY] == any(192.0.2.1, 192.0.2.2)")
    assert came_of(a_question(stage, NamePort(zone=ZONE), *all_of_them)) == WELL
    assert came_of(a_question(stage, NamePort(zone=ZONE), "[DNS_SERIAL] >= 2026113001", kind="SOA")) == WELL
    old = a_question(stage, NamePort(zone=ZONE), "[DNS_SERIAL] > 2026113001", kind="SOA")
    assert came_of(old) == ("failed", "[DNS_SERIAL] (2026113001) > 2026113001")


@pytest.mark.parametrize("code", ["SERVFAIL", "REFUSED"])
def test_a_server_that_refuses_is_quoted(stage: StageClient, code: str) -> None:
    check = a_question(stage, NamePort(zone=ZONE, rcode=code), "[DNS_RCODE] == NOERROR")
    assert came_of(check) == ("failed", f"[DNS_RCODE] ({code}) == NOERROR")


def test_an_answer_that_is_cut_short_is_asked_for_by_tcp(stage: StageClient) -> None:
    assert came_of(a_question(stage, NamePort(zone=ZONE, truncates=True), "len([BODY]) == 2")) == WELL
    assert stage.ports.heard("names") == ("udp here.example A", "tcp here.example A")


@pytest.mark.parametrize("script", [NamePort(zone=ZONE, silent=True), NamePort(zone=ZONE, wrong_id=True)])
def test_silence_and_the_answer_to_another_question_are_no_answer(stage: StageClient, script: NamePort) -> None:
    verdict, error = came_of(a_question(stage, script, "[DNS_RCODE] == NOERROR", timeout=0.5))
    assert verdict == "failed"
    assert error in ("the name server did not answer in time", "no answer within 0.5 s")


# --- TLS


def a_page_with(stage: StageClient, folder: Path, tls: StagedTls, *texts: str, **options: Any) -> CheckResult:
    number = stage.ports.open("page", PagePort(tls=tls))
    trusted = TlsOptions(ca_file=stage.ports.authority(folder), **options)
    check = a_check(
        url=f"https://localhost:{number}/", tls=trusted, condition=conditions(*texts or ("[STATUS] == 200",))
    )
    (result,) = tried(check)
    return result


def test_the_days_of_the_leaf_and_of_the_chain_are_counted_apart(stage: StageClient, tmp_path: Path) -> None:
    days = ("[CERTIFICATE_EXPIRATION] > 29d", "[CHAIN_EXPIRATION] > 4d", "[CHAIN_EXPIRATION] < 5d")
    result = a_page_with(stage, tmp_path, StagedTls(days=30, chain_days=5), *days)
    assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")
    assert result.certificate_until is not None


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        (StagedTls(days=-1), "the certificate is not valid: certificate has expired"),
        (StagedTls(chain_days=-1), "the certificate is not valid: certificate has expired"),
        (StagedTls(names=("other.example",)), "the certificate is not valid: it is not for 'localhost'"),
        (StagedTls(most="1.2"), "TLS failed: "),
        (StagedTls(wants_client=True, most="1.2"), "TLS failed: "),
    ],
)
def test_what_is_wrong_with_tls_is_said(stage: StageClient, tmp_path: Path, tls: StagedTls, said: str) -> None:
    options = {} if tls.wants_client else {"least": "1.3" if tls.most else ""}
    result = a_page_with(stage, tmp_path, tls, **options)
    assert result.verdict is CheckVerdict.FAILED
    assert result.error.startswith(said)


def test_a_server_that_wants_a_certificate_gets_ours(stage: StageClient, tmp_path: Path) -> None:
    stage.ports.open("page", PagePort())
    shown = stage.ports.client_certificate(tmp_path)
    for least in ("1.2", "1.3"):
        tls = StagedTls(wants_client=True, least=least, most=least)
        result = a_page_with(stage, tmp_path, tls, certificate_file=shown)
        assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")


def test_a_server_that_wants_a_certificate_in_tls_1_3_says_so_when_it_is_too_late(
    stage: StageClient, tmp_path: Path
) -> None:
    """In TLS 1.3 the client's handshake is over before the server has looked."""
    result = a_page_with(stage, tmp_path, StagedTls(wants_client=True, least="1.3"))
    assert result.verdict is CheckVerdict.FAILED
    assert result.error in (
        "the server closed the connection without an answer",
        "TLS failed: tlsv13 alert certificate required",
        "Connection reset by peer",
    )


def test_a_server_that_breaks_the_handshake_off_is_down(stage: StageClient) -> None:
    steps = (DialogueLine(say=b"220 ready\r\n"), DialogueLine(hear=True), DialogueLine(say=b"220 go\r\n", ends=True))
    dialogue = (DialogueStep(expect="^220 ", send="STARTTLS"), DialogueStep(expect="^220 ", starttls=True))
    number = stage.ports.open("tcp", DialoguePort(steps=steps))
    check = a_check(
        kind=CheckKind.TCP, url=f"starttls://localhost:{number}", dialogue=dialogue, condition="[CONNECTED] == true"
    )
    verdict, error = came_of(check)
    assert verdict == "failed"
    assert error.startswith("TLS failed: ")
