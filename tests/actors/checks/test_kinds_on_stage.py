"""The ChecksActor on both bases, with checks of every kind on the stage: each goes down with its fault and comes up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.ports import (
    DialogueLine,
    DialoguePort,
    ImapPort,
    MailFate,
    NamePort,
    PagePort,
    PortFault,
    PortScript,
    SmtpPort,
    StagedTls,
)
from messages.check_definitions import (
    CheckDefinition,
    CheckKind,
    DialogueStep,
    DnsOptions,
    MailOptions,
    MailServer,
    RequiredCondition,
    TlsOptions,
)
from messages.checks import AlertPhase, CheckAlert, CheckState, CheckSummary, RunCheckNow
from tests.actors.checks.room import Room, quick

ZONE = ("here.example. 60 A 192.0.2.1", "here.example. 60 A 192.0.2.2")
GREETS = DialogueLine(after=0.03, say=b"220 ready\r\n")
TLS = StagedTls(at_once=False)
STARTTLS = (
    GREETS,
    DialogueLine(hear=True),
    DialogueLine(say=b"220 go ahead\r\n", starttls=True),
)

WELL: dict[str, PortScript] = {
    "page": PagePort(tls=StagedTls(days=30), body=b'{"state": "well"}'),
    "tcp": DialoguePort(steps=(GREETS,)),
    "starttls": DialoguePort(steps=STARTTLS, tls=TLS),
    "dns": NamePort(zone=ZONE),
    "smtp": SmtpPort(),
    "imap": ImapPort(username="probe", password="secretword", folders=("Probes",)),
    "round-trip": SmtpPort(folder="Probes"),
}
"""What each port does when all is well; the round trip ends in the mailbox of `imap`."""

BROKEN: dict[str, tuple[PortScript, str]] = {
    "page": (
        PagePort(tls=StagedTls(days=3), body=b"{}"),
        "[BODY].state (missing) != ill; [CERTIFICATE_EXPIRATION] (3d)",
    ),
    "tcp": (
        DialoguePort(steps=(DialogueLine(say=b"\xff\x00 garbage\r\n"), DialogueLine(ends=True))),
        "the server closed the connection after",
    ),
    "starttls": (DialoguePort(steps=STARTTLS, tls=StagedTls(at_once=False, days=-1)), "certificate has expired"),
    "dns": (NamePort(zone=ZONE, rcode="SERVFAIL"), "[DNS_RCODE] (SERVFAIL) == NOERROR"),
    "smtp": (
        SmtpPort(faults=(PortFault(command="DATA", reply="554 5.7.1 no spam"),)),
        "the server refused the mail: 554 5.7.1 no spam",
    ),
    "imap": (
        ImapPort(faults=(PortFault(command="LOGIN", reply="NO [UNAVAILABLE] later"),)),
        "IMAP: the server refused the login: NO [UNAVAILABLE] later",
    ),
    "round-trip": (SmtpPort(fate=MailFate.LOST), "the mail was accepted, but did not arrive within 1 s"),
}
"""What each does with a fault, and what people are told about it."""


@pytest.fixture(scope="module")
def running() -> Iterator[StageClient]:
    with running_stage() as client:
        yield client


@pytest.fixture
def stage(running: StageClient) -> Iterator[StageClient]:
    yield running
    running.reset()


def one_of_each(stage: StageClient, folder: Path) -> tuple[CheckDefinition, ...]:
    """A check of each kind, all well."""
    at = {name: f"localhost:{stage.ports.open(name, script)}" for name, script in WELL.items()}
    at["dns"] = at["dns"].replace("localhost", "127.0.0.1")
    stage.ports.put_mail("Backup done")
    trusted = TlsOptions(ca_file=stage.ports.authority(folder))
    mailbox = MailServer(url=f"imap://{at['imap']}", username="probe", password="secretword")
    sent: dict[str, Any] = {"sender": "probe@stage.example", "recipient": "box@stage.example", "starttls": False}

    def mail(name: str, **options: Any) -> MailOptions:
        return MailOptions(login=MailServer(url=f"smtp://{at[name]}"), **sent, **options)

    there = (DialogueStep(expect="^220 ", send="STARTTLS"), DialogueStep(expect="^220 ", starttls=True))
    return (
        a_quick("page", CheckKind.HTTP, f"https://{at['page']}/", "[STATUS] == 200", "[BODY].state != ill",
                "[CERTIFICATE_EXPIRATION] > 14d", tls=trusted),
        a_quick("tcp", CheckKind.TCP, f"tcp://{at['tcp']}", "[CONNECTED] == true", dialogue=there[:1]),
        a_quick("starttls", CheckKind.TCP, f"starttls://{at['starttls']}", "[CERTIFICATE_EXPIRATION] > 14d",
                dialogue=there, tls=trusted),
        a_quick("dns", CheckKind.DNS, f"dns://{at['dns']}/here.example", "[DNS_RCODE] == NOERROR", "len([BODY]) == 2",
                dns=DnsOptions(query_name="here.example")),
        a_quick("smtp", CheckKind.SMTP, f"smtp://{at['smtp']}", "[STATUS] == 250", mail=mail("smtp")),
        a_quick("imap", CheckKind.IMAP, mailbox.url, "[MESSAGE_AGE] <= 30m",
                mail=MailOptions(mailbox=mailbox, starttls=False, search_subject="Backup")),
        a_quick("round-trip", CheckKind.SMTP, f"smtp://{at['round-trip']}", "[ROUND_TRIP] < 20s",
                mail=mail("round-trip", mailbox=mailbox, folder="Probes", arrival_timeout=1.0,
                          delete_after_check=True)),
    )  # fmt: skip


def a_quick(name: str, kind: CheckKind, url: str, *conditions: str, **options: Any) -> CheckDefinition:
    return quick(
        name, kind=kind, url=url, interval=0.5, retry_interval=0.5, timeout=30.0, failure_threshold=1,
        success_threshold=1, condition=tuple(RequiredCondition(text=text) for text in conditions), **options,
    )  # fmt: skip


def is_broken(check: CheckSummary) -> bool:
    """Whether it is down by its fault."""
    return check.status is CheckState.DOWN and BROKEN[check.name][1] in check.error


def test_each_kind_goes_down_with_its_fault_and_comes_up_again(room: Room, stage: StageClient, tmp_path: Path) -> None:
    room.open_elsewhere(*one_of_each(stage, tmp_path))
    room.listed_when(lambda found: {check.status for check in found.checks} == {CheckState.UP})
    for name, (script, _) in BROKEN.items():
        if name != "imap":  # the round trip would fail for its sake
            stage.ports.open(name, script)
    began = {room.alert().text.partition(" ")[0]: None for _ in range(len(WELL) - 1)}
    assert set(began) == set(WELL) - {"imap"}
    # a port that is opened again with another certificate refuses connections for a moment
    room.listed_when(lambda found: all(is_broken(check) for check in found.checks if check.name != "imap"))
    for name, script in WELL.items():
        stage.ports.open(name, script)
    ended = [room.alert() for _ in began]
    assert {alert.phase for alert in ended} == {AlertPhase.ENDED}
    assert {alert.text.partition(" ")[0] for alert in ended} == set(began)
    stage.ports.open("imap", BROKEN["imap"][0])
    told = {alert.text.partition(" ")[0]: alert.text for alert in (room.alert(), room.alert())}
    assert BROKEN["imap"][1] in told["imap"]
    assert BROKEN["imap"][1] in told["round-trip"]
    assert room.harness.heard_of(CheckAlert) == []
    assert room.harness.failures() == []


def test_results_come_as_they_are_ready_a_fast_check_does_not_wait_for_a_slow_one(
    room: Room, stage: StageClient
) -> None:
    slow = stage.ports.open("slow", PagePort(after=120.0))
    fast = stage.ports.open("fast", PagePort())
    room.open_elsewhere(
        quick("slow", url=f"http://127.0.0.1:{slow}/", timeout=110.0), quick("fast", url=f"http://127.0.0.1:{fast}/")
    )
    found = room.listed_when(lambda found: len(found.history) >= 5, key="fast")
    assert found.checks[0].status is CheckState.UP
    assert stage.ports.heard("slow") == ("GET /",)
    assert room.listed("slow").history == ()


def test_a_hundred_and_one_checks_that_hang_keep_nobody(room: Room, stage: StageClient) -> None:
    silent = stage.ports.open("silent", DialoguePort())
    fast = stage.ports.open("fast", PagePort())
    hanging = (
        quick(
            f"c{number:03}", kind=CheckKind.TCP, url=f"tcp://127.0.0.1:{silent}", condition="[CONNECTED] == true",
            dialogue=(DialogueStep(expect="^220"),), timeout=8.0, interval=3600.0,
        )
        for number in range(101)
    )  # fmt: skip
    room.open_elsewhere(quick("fast", url=f"http://127.0.0.1:{fast}/"), *hanging)
    for number in range(101):
        room.harness.tell(RunCheckNow(request_id=f"r{number}", key=f"c{number:03}"))
    found = room.listed_when(lambda found: all(check.last_at is not None for check in found.checks))
    assert {check.error for check in found.checks if check.name != "fast"} == {"no answer within 8 s: expected '^220'"}
    assert len(room.listed("fast").history) >= 5
