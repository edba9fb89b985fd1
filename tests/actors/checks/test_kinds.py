"""Each kind of check against a real server on this machine: what it finds out, and what it says when it fails."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from dnslib import QTYPE, RR, TXT, DNSRecord

from messages.check_definitions import CheckDefinition, CheckKind, DialogueStep, DnsOptions, TlsOptions
from messages.checks import CheckResult, CheckVerdict
from tests.actors.checks.carrying import Carry, a_port, a_site, certificates, conditions, out_of_time, results
from tests.check_builders import a_check

CONNECTED = "[CONNECTED] == true"


# --- connections


def test_a_dialogue_is_held_and_what_was_heard_is_the_body() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* hello\r\n220 ready\r\n")
        line = await reader.readline()
        writer.write(b"250 " + line)
        await writer.drain()
        await reader.read()

    async def play(carry_out: Carry) -> None:
        async with a_port(talk) as port:
            steps = (DialogueStep(expect="^220", send="EHLO me"), DialogueStep(expect="^250 EHLO me"))
            check = a_check(
                url=f"tcp://localhost:{port}",
                kind=CheckKind.TCP,
                dialogue=steps,
                condition="[BODY] == pat(*220 ready*)",
            )
            result = await carry_out(check)
            assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")
            wrong = a_check(
                url=f"tcp://127.0.0.1:{port}", kind=CheckKind.TCP, condition=CONNECTED,
                dialogue=(DialogueStep(expect="^220", send=""), DialogueStep(expect="^999")), timeout=0.3,
            )  # fmt: skip
            ends = ("s: expected '^999' after '* hello'", "s: expected '^999' after '220 ready'")
            said = (await out_of_time(carry_out, wrong, lambda result: result.error.endswith(ends))).error
            assert said in [f"no answer within {seconds} {end}" for seconds in ("0.3", "10") for end in ends]
            late = replace(wrong, dialogue=(DialogueStep(send="x"), DialogueStep(expect="^999")))
            end = "s: expected '^999' after '250 x'"
            said = (await out_of_time(carry_out, late, lambda result: result.error.endswith(end))).error
            assert said in (f"no answer within 0.3 {end}", f"no answer within 10 {end}")

    results(play)


def test_a_server_that_says_something_else_is_quoted() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 go away\r\n")
        await writer.drain()

    async def play(carry_out: Carry) -> None:
        async with a_port(talk) as port:
            check = a_check(
                url=f"tcp://127.0.0.1:{port}", kind=CheckKind.TCP, condition="[IP] == 127.0.0.1",
                dialogue=(DialogueStep(expect="^220"),),
            )  # fmt: skip
            for condition in ("[IP] == 127.0.0.1", CONNECTED):
                result = await carry_out(replace(check, conditions=conditions(condition)))
                assert result.verdict is CheckVerdict.FAILED
                assert result.error == "the server closed the connection after '554 go away'; expected '^220'"
        closed = await carry_out(a_check(url=f"tcp://127.0.0.1:{port}", kind=CheckKind.TCP, condition=CONNECTED))
        assert closed.error == "the connection was refused"

    results(play)


def test_tls_begins_at_once_or_after_a_greeting_that_comes_late(tmp_path: Path) -> None:
    context, authority = certificates(tmp_path)
    tls = TlsOptions(ca_file=authority)

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        await writer.drain()
        await reader.read()

    async def start_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.03)
        writer.write(b"220 ready\r\n")
        assert await reader.readline() == b"STARTTLS\r\n"
        writer.write(b"220 go ahead\r\n")
        await writer.drain()
        await writer.start_tls(context)
        await reader.read()

    async def play(carry_out: Carry) -> None:
        days = conditions("[CERTIFICATE_EXPIRATION] > 29d", CONNECTED)
        async with a_port(greet, ssl=context) as port:
            check = a_check(url=f"tls://localhost:{port}", kind=CheckKind.TCP, condition=days, tls=tls)
            result = await carry_out(check)
            assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")
            assert result.phases.tls > 0
            untrusted = a_check(url=f"tls://localhost:{port}", kind=CheckKind.TCP, condition=CONNECTED)
            assert (await carry_out(untrusted)).error.startswith("the certificate is not valid: ")
        async with a_port(start_tls) as port:
            steps = (
                DialogueStep(expect="^220", send="STARTTLS"),
                DialogueStep(expect="^220", starttls=True),
            )
            check = a_check(
                url=f"starttls://localhost:{port}", kind=CheckKind.TCP, condition=days, tls=tls, dialogue=steps
            )
            result = await carry_out(check)
            assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")

    results(play)


# --- names


class NameServer(asyncio.DatagramProtocol):
    """Knows `here.example` and nothing else; the answer for `long.example` is cut short."""

    transport: asyncio.DatagramTransport

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.transport.sendto(answer_to(data, udp=True), address)


REFUSE_EDNS = {"old.example.": 1, "older.example.": 4}
"""Names of which the server knows something, unless the question has what it does not know: FORMERR and NOTIMP."""


def answer_to(data: bytes, *, udp: bool) -> bytes:
    question = DNSRecord.parse(data)
    reply = question.reply()
    name = str(question.q.qname)
    kind = QTYPE[question.q.qtype]
    if name in REFUSE_EDNS and question.ar:
        refusal: bytes = DNSRecord(question.header).pack()[:3] + bytes([REFUSE_EDNS[name]]) + bytes(8)
        return refusal[:2] + b"\x81" + refusal[3:]
    if name in REFUSE_EDNS:
        reply.add_answer(*RR.fromZone(f"{name} 60 A 192.0.2.7"))
    elif name == "here.example." and kind == "A":
        reply.add_answer(*RR.fromZone("here.example. 60 A 192.0.2.1\nhere.example. 60 A 192.0.2.2"))
    elif name == "here.example." and kind == "SOA":
        reply.add_answer(*RR.fromZone("here.example. 60 SOA ns.here.example. me.here.example. 2026113001 1 1 1 1"))
    elif name == "here.example." and kind == "TXT":
        reply.add_answer(*RR.fromZone('here.example. 60 TXT "v=spf1 -all"'))
    elif name == "parts.example.":
        reply.add_answer(RR(name, QTYPE.TXT, ttl=60, rdata=TXT([b'a\\b "', "ü.".encode()])))
    elif name == "long.example.":
        if udp:
            reply.header.tc = 1
        else:
            reply.add_answer(*RR.fromZone("long.example. 60 A 192.0.2.9"))
    elif name != "here.example.":
        reply.header.rcode = 3
    packed: bytes = reply.pack()
    return packed


@asynccontextmanager
async def a_name_server() -> AsyncIterator[int]:
    """By UDP and TCP; its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2), "big")
        answer = answer_to(await reader.readexactly(length), udp=False)
        writer.write(len(answer).to_bytes(2, "big") + answer)
        await writer.drain()

    async with a_port(talk) as port:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", port))
        try:
            yield port
        finally:
            transport.close()


def a_question(port: int, name: str, *texts: str, kind: str = "A", tcp: bool = False) -> CheckDefinition:
    return a_check(
        url=f"dns://127.0.0.1:{port}/{name}", kind=CheckKind.DNS, condition=conditions(*texts),
        dns=DnsOptions(query_name=name, query_type=kind, tcp=tcp),
    )  # fmt: skip


def test_a_name_is_judged_by_all_its_answers() -> None:
    async def play(carry_out: Carry) -> None:
        async with a_name_server() as port:
            for texts, kind in (
                (("[DNS_RCODE] == NOERROR", "len([BODY]) == 2", "[BODY] == any(192.0.2.1, 192.0.2.2)"), "A"),
                (("has([BODY][?@ == '192.0.2.2']) == true", "[BODY][0] == 192.0.2.1"), "A"),
                (("[DNS_SERIAL] >= 2026113001",), "SOA"),
                (("[BODY] == v=spf1 -all",), "TXT"),
                (("[DNS_RCODE] == NOERROR", "has([BODY][0]) == false"), "AAAA"),
            ):
                result = await carry_out(a_question(port, "here.example", *texts, kind=kind))
                assert (result.verdict, result.error) == (CheckVerdict.PASSED, ""), texts
            in_parts = await carry_out(a_question(port, "parts.example", "[BODY] == 'a\\\\b \"ü.'", kind="TXT"))
            assert in_parts.verdict is CheckVerdict.PASSED, in_parts.error
            one_of_two = await carry_out(a_question(port, "here.example", "[BODY] == 192.0.2.1"))
            assert one_of_two.error == "[BODY] (192.0.2.1, 192.0.2.2) == 192.0.2.1"
            unknown = await carry_out(a_question(port, "nowhere.example", "[DNS_RCODE] == NXDOMAIN"))
            assert unknown.verdict is CheckVerdict.PASSED
            by_tcp = await carry_out(a_question(port, "here.example", "len([BODY]) == 2", tcp=True))
            assert by_tcp.verdict is CheckVerdict.PASSED, by_tcp.error
            cut_short = await carry_out(a_question(port, "long.example", "[BODY] == 192.0.2.9"))
            assert cut_short.verdict is CheckVerdict.PASSED, cut_short.error

    results(play)


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize("name", ["old.example", "older.example"])
def test_a_name_server_that_does_not_know_edns_is_asked_without(name: str, tcp: bool) -> None:
    async def play(carry_out: Carry) -> None:
        async with a_name_server() as port:
            check = a_question(port, name, "[DNS_RCODE] == NOERROR", "[BODY] == 192.0.2.7", tcp=tcp)
            result = await carry_out(check)
            assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")

    results(play)


def test_a_prompt_that_is_made_to_keep_us_busy_does_not() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"a" * 5000 + b"!\r\n220 aaaa\r\n")
        await writer.drain()

    async def play(carry_out: Carry) -> None:
        async with a_port(talk) as port:
            steps = (DialogueStep(expect="(a+)+$"),)
            check = a_check(kind=CheckKind.TCP, url=f"tcp://127.0.0.1:{port}", dialogue=steps, condition=())
            result = await carry_out(replace(check, conditions=conditions("[CONNECTED] == true")))
            assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")

    results(play)


def test_a_name_server_that_is_away_is_said() -> None:
    async def play(carry_out: Carry) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            check = a_question(silent.getsockname()[1], "here.example", "[DNS_RCODE] == NOERROR")
            result = await carry_out(replace(check, timeout=0.3))
            assert result.error in ("no answer within 0.3 s", "the name server did not answer in time")

    results(play)


def test_where_a_run_waited_is_known_when_its_time_is_over() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/body":
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b"the beginning")
        await asyncio.sleep(60)
        return web.Response()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def play(carry_out: Carry) -> None:
        told = conditions("[CONNECTED] == false")
        async with a_site(answer) as url, a_port(talk) as port:
            for path in ("", "body"):

                def waited(result: CheckResult, path: str = path) -> bool:
                    return (result.phases.transfer if path else result.phases.processing) > 0.1

                late = await out_of_time(carry_out, a_check(url=f"{url}{path}", timeout=0.5, condition=told), waited)
                assert late.verdict is CheckVerdict.FAILED
                assert late.error in ("no answer within 0.5 s", "no answer within 10 s")
                assert waited(late)
            steps = (DialogueStep(expect="^220"),)
            check = a_check(
                kind=CheckKind.TCP, url=f"tcp://127.0.0.1:{port}", timeout=0.5, dialogue=steps, condition=told
            )
            late = await out_of_time(carry_out, check, lambda result: result.phases.processing > 0.1)
            assert late.verdict is CheckVerdict.FAILED
            assert late.error in ("no answer within 0.5 s: expected '^220'", "no answer within 10 s: expected '^220'")
            assert late.phases.processing > 0.1

    results(play)


def test_a_prompt_without_an_end_of_line_is_heard() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"log")
        await asyncio.sleep(0)
        writer.write(b"in: ")
        if await reader.readline() == b"ada\r\n":
            writer.write(b"\x00\xffwelcome")
        await reader.read()

    async def play(carry_out: Carry) -> None:
        async with a_port(talk) as port:
            steps = (DialogueStep(expect="^login: $", send="ada"), DialogueStep(expect="welcome"))
            told = conditions("[BODY] == pat(*welcome)")
            check = a_check(kind=CheckKind.TCP, url=f"tcp://127.0.0.1:{port}", dialogue=steps, condition=told)
            result = await carry_out(check)
            assert (result.verdict, result.error) == (CheckVerdict.PASSED, "")

    results(play)
