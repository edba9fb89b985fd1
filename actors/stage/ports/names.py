"""A name server by UDP and TCP."""

import asyncio
from typing import Any

from dnslib import CLASS, QTYPE, RCODE, RR, DNSRecord

from actors.stage.ports.door import PortDoor
from actors.stage.world.ports import NamePort


def reply_to(question: bytes, script: NamePort, *, udp: bool) -> bytes | None:
    """The answer; None for none."""
    asked = DNSRecord.parse(question)
    answer = asked.reply()
    if script.silent:
        return None
    if script.wrong_id:
        answer.header.id = asked.header.id ^ 0x5555
    if script.rcode:
        answer.header.rcode = getattr(RCODE, script.rcode)
    elif script.truncates and udp:
        answer.header.tc = 1
    else:
        records = RR.fromZone("\n".join(script.zone))
        of_name = [record for record in records if record.rname == asked.q.qname]
        for record in of_name:
            if record.rtype == asked.q.qtype and record.rclass == CLASS.IN:
                answer.add_answer(record)
        if not of_name:
            answer.header.rcode = RCODE.NXDOMAIN
    packed: bytes = answer.pack()
    return packed


class NameDatagrams(asyncio.DatagramProtocol):
    """By UDP."""

    def __init__(self, door: PortDoor) -> None:
        self._door = door
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        """Keep it to answer."""
        self._transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        """Answer in a task: it may take its time."""
        self._door.spawn(self._answer(data, address))

    async def _answer(self, data: bytes, address: Any) -> None:
        script = self._door.script()
        if not isinstance(script, NamePort):
            return
        _note(self._door, data, "udp")
        await asyncio.sleep(script.after)
        answer = reply_to(data, script, udp=True)
        if answer is not None and self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(answer, address)


async def answer_by_tcp(door: PortDoor, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: each question is preceded by its length in two bytes (RFC 1035, 4.2.2)."""
    while length := int.from_bytes(await reader.read(2), "big"):
        data, script = await reader.readexactly(length), door.script()
        if not isinstance(script, NamePort):
            return
        _note(door, data, "tcp")
        await asyncio.sleep(script.after)
        answer = reply_to(data, script, udp=False)
        if answer is None:
            await reader.read()
            return
        writer.write(len(answer).to_bytes(2, "big") + answer)
        await writer.drain()


def _note(door: PortDoor, data: bytes, way: str) -> None:
    asked = DNSRecord.parse(data).q
    door.heard(f"{way} {str(asked.qname).rstrip('.')} {QTYPE[asked.qtype]}")
