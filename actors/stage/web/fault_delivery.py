"""How an answer reaches the client: as it should, or spoilt by a fault."""

import asyncio
import contextlib
import socket
import struct
from http import HTTPStatus

from aiohttp import web
from multidict import CIMultiDict

from actors.stage.faults.exchange import Reply
from actors.stage.faults.faults import Drip, Hang, Reset, TransportFault, Truncate

CHUNK = 64 * 1024
LOOK = 0.1
"""Seconds between two checks that the client is still connected."""


async def deliver(request: web.Request, reply: Reply, fault: TransportFault | None) -> web.StreamResponse:
    """Send the reply. What is returned after a fault is never sent: the connection is gone by then."""
    match fault:
        case Reset():
            _reset(request)
        case Hang():
            await _hang(request)
        case Drip():
            await _drip(request, reply, fault.seconds)
        case Truncate():
            _truncate(request, reply, fault.share)
        case _:
            return await _send(request, reply)
    return web.Response()


async def _send(request: web.Request, reply: Reply) -> web.StreamResponse:
    headers = _headers(reply)
    if not reply.blanks:
        return web.Response(status=reply.status, headers=headers, body=reply.body)
    response = web.StreamResponse(status=reply.status, headers=headers)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):  # the client may leave early
        if request.method != "HEAD":
            await response.write(reply.body)
            for sent in range(0, reply.blanks, CHUNK):
                await response.write(b" " * min(CHUNK, reply.blanks - sent))
    return response


def _headers(reply: Reply) -> CIMultiDict[str]:
    """The headers; of several with one name the last is sent."""
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in reply.headers:
        headers[name] = value
    if reply.status != HTTPStatus.NOT_MODIFIED:
        headers.setdefault("Content-Length", str(reply.length))
    return headers


def _reset(request: web.Request) -> None:
    if (transport := request.transport) is not None:
        # With no time to linger the kernel sends RST and not FIN.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


async def _hang(request: web.Request) -> None:
    while _is_there(request):
        await asyncio.sleep(LOOK)


async def _drip(request: web.Request, reply: Reply, seconds: float) -> None:
    ahead, dripped = _raw(request, reply)
    _write(request, ahead)
    for byte in dripped:
        if not _is_there(request):
            return
        _write(request, bytes((byte,)))
        await asyncio.sleep(seconds)
    _close(request)


def _truncate(request: web.Request, reply: Reply, share: float) -> None:
    ahead, cut = _raw(request, reply)
    _write(request, ahead + cut[: int(len(cut) * share)])
    _close(request)


def _raw(request: web.Request, reply: Reply) -> tuple[bytes, bytes]:
    """The answer's bytes: the part that arrives undisturbed, and the part that the fault affects."""
    status = HTTPStatus(reply.status)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{key}: {value}" for key, value in _headers(reply).items())]
    head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
    return (b"", head) if request.method == "HEAD" else (head, reply.body)


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _write(request: web.Request, data: bytes) -> None:
    if (transport := request.transport) is not None and isinstance(transport, asyncio.WriteTransport):
        transport.write(data)


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
