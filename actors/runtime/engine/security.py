"""Thespian's TCP traffic, kept at home: ports on loopback only, every message signed, strangers held off.

Left alone, Thespian's ports listen on every interface and unpickle whatever comes: anyone who can connect runs code. A
frame's length is believed, be it negative (which ends the process) or 99 GB. Seams of Thespian are used, before the
system is created, so that every process forked from then on has them:

- `IPActorAddress.bindArgs`, the argument of each `bind`: the port stays, the interface becomes 127.0.0.1;
- `TCPTransport.serializer`, the module that pickles and unpickles: a signature comes before each pickle (HMAC-SHA256
  under a key made for this run and held in memory only), and nothing is unpickled whose signature is wrong. The two
  acknowledgements that Thespian pickles once, at import, are made again with the signature;
- `TCPTransport.ReceiveBuffer`, which reads frames: a frame's first bytes prove that the sender knows the key and means
  this length. Before they have come and are right, no more than these bytes is read;
- four methods of the transport, which accept, look after and read connections: those that have proved nothing are few
  and short, and what goes wrong with one ends that connection.

There is no protection against replay: who can read loopback traffic can send a message again.
"""

import hashlib
import hmac
import os
import pickle
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from thespian.actors import Actor
from thespian.system.timing import ExpirationTimer
from thespian.system.transport import IPBase, TCPTransport
from thespian.system.transport.streamBuffer import ReceiveBuffer, ackDataErrPacket, ackPacket, toSendBuffer
from thespian.system.utilis import thesplog  # spelling: as it stands

LOOPBACK = "127.0.0.1"

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""Of one message. Ours stay below 1 MB."""

MAX_UNSIGNED = 50
"""Connections at a time that have not shown the key; for one more the oldest has to go. Of a process of ours that
connects the first bytes are there when it is accepted."""

UNSIGNED_SECONDS = 10.0
"""How long such a connection may stay silent. A process of ours that was stopped meanwhile sends again."""

_SIGNATURE = hashlib.sha256().digest_size
_MIN_FRAME_BYTES = 2 * _SIGNATURE
_MAX_DIGITS = len(str(MAX_FRAME_BYTES))


class UnsignedMessage(pickle.UnpicklingError):
    """Bytes came that were not signed with this run's key."""


class SignedPickle:
    """What TCPTransport uses in place of the pickle module: `dumps` and `loads`."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def dumps(self, value: Any) -> bytes:
        """Proof of the length, signature, pickle."""
        body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return self.proof(_MIN_FRAME_BYTES + len(body)) + self._sign(body) + body

    def loads(self, data: bytes) -> Any:
        """The value, if the signature is right; raises UnsignedMessage, before anything is unpickled, if not."""
        signature, body = bytes(data[_SIGNATURE:_MIN_FRAME_BYTES]), bytes(data[_MIN_FRAME_BYTES:])
        if not hmac.compare_digest(signature, self._sign(body)):
            raise UnsignedMessage("a message without this run's signature was refused")
        return pickle.loads(body)

    def proof(self, length: int) -> bytes:
        """What a frame of this length starts with."""
        return self._sign(b"length %d" % length)

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")


class FrameBuffer(ReceiveBuffer):
    """Takes in one frame, `LENGTH>` and that many bytes. `addMore` raises UnsignedMessage as soon as the length is
    none, is too small or too large, or is not proved by the first bytes that follow."""

    def __init__(self, signed: SignedPickle, deserialize: Callable[[bytes], Any]) -> None:
        super().__init__(deserialize)
        self._signed = signed
        self.is_signed = self.is_refused = False

    def addMore(self, buf: bytes) -> None:
        """More bytes of the frame, and perhaps of the next."""
        try:
            self._add(buf)
        except UnsignedMessage:
            self.is_refused = True
            raise

    def _add(self, buf: bytes) -> None:
        if not buf:
            return
        if self._size is None:
            _check_length(bytes(self._buf + buf))
        super().addMore(buf)
        if not self.is_signed and self._size is not None and len(self._buf) >= _SIGNATURE:
            if not hmac.compare_digest(bytes(self._buf[:_SIGNATURE]), self._signed.proof(self._size)):
                raise UnsignedMessage("a frame without this run's signature was refused")
            self.is_signed = True

    def remainingAmount(self) -> int:
        """How many bytes to read next; never 0 or less while something is missing."""
        if self._size is None:
            return _MAX_DIGITS + 1
        return (self._size if self.is_signed else _SIGNATURE) - len(self._buf)


def _check_length(start: bytes) -> None:
    digits, mark, _ = start.partition(b">")
    if len(digits) > _MAX_DIGITS or not digits.isdigit():
        raise UnsignedMessage("a frame without a length was refused")
    if mark and not _MIN_FRAME_BYTES <= int(digits) <= MAX_FRAME_BYTES:
        raise UnsignedMessage(f"a frame of {int(digits)} bytes was refused")


def keep_at_home(key: bytes) -> None:
    """Bind to loopback, sign, and hold strangers off, in this process and all that it forks. Called before
    `ActorSystem(...)`."""
    os.environ["THESPIAN_BASE_IPADDR"] = LOOPBACK
    IPBase.IPActorAddress.bindArgs = property(_bind_to_loopback)
    signed = SignedPickle(key)
    TCPTransport.serializer = signed
    TCPTransport.ReceiveBuffer = partial(FrameBuffer, signed)
    TCPTransport.ackMsg = toSendBuffer(ackPacket, signed.dumps)
    TCPTransport.ackDataErrMsg = toSendBuffer(ackDataErrPacket, signed.dumps)
    transport = TCPTransport.TCPTransport
    if not hasattr(transport, "refused"):  # a process may start a second system
        transport.refused = 0
        transport._acceptNewIncoming = _as_method(_accept, transport._acceptNewIncoming)
        transport._handlePossibleIncoming = _as_method(look_after, transport._handlePossibleIncoming)
        transport._handleReadableIncoming = _as_method(_read, transport._handleReadableIncoming)
        transport._check_XMIT_4_done = _as_method(_take_acknowledgement, transport._check_XMIT_4_done)


def take_refused(actor: Actor) -> int:
    """How many connections this actor's process has refused or ended since the last time; 0 where it has no port."""
    transport: Any = getattr(actor._myRef, "transport", None)
    refused = int(getattr(transport, "refused", 0))
    if refused:
        transport.refused = 0
    return refused


def _as_method(wrapper: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    """`wrapper(original, transport, ...)` as a method of the transport."""

    def method(transport: Any, *args: Any, **named: Any) -> Any:
        return wrapper(original, transport, *args, **named)

    return method


def _bind_to_loopback(address: Any) -> tuple[tuple[str, int]]:
    return ((LOOPBACK, address.bindname[1]),)


def _accept(original: Callable[..., None], transport: Any) -> None:
    """Accept a connection, which has a short time to show the key; end the oldest silent one if there are too many."""
    before = set(transport._incomingSockets)
    original(transport)
    for descriptor in set(transport._incomingSockets) - before:
        transport._incomingSockets[descriptor]._expires = ExpirationTimer(timedelta(seconds=UNSIGNED_SECONDS))
    unsigned = [number for number, each in transport._incomingSockets.items() if _is_unsigned(each)]
    for descriptor in unsigned[: max(0, len(unsigned) - MAX_UNSIGNED)]:
        transport._incomingSockets.pop(descriptor).close()
        transport.refused += 1


def look_after(
    original: Callable[..., Any], transport: Any, incoming: Any, descriptor: int, closed: bool = False, **named: Any
) -> Any:
    """What Thespian does with a connection each time it has waited: it is read if it may be read or if its time or
    pause is over, else it stays. Thespian looks at the clock twice: one whose time ended in between was closed unread,
    and counted by nobody."""
    is_waiting = incoming.socket is not None and incoming.socket.fileno() != descriptor
    if is_waiting and not closed and incoming.delay():
        return incoming
    return original(transport, incoming, descriptor, closed=closed, **named)


def _read(original: Callable[..., Any], transport: Any, incoming: Any, **named: Any) -> Any:
    """Read from a connection. Whatever goes wrong with it ends it; one that has shown the key has all the time that
    Thespian gives."""
    was_unsigned = _is_unsigned(incoming)
    try:
        left = original(transport, incoming, **named)
    except Exception as error:
        thesplog("a connection was ended: %s: %s", type(error).__name__, error)
        incoming.close()
        left = None
    if was_unsigned and left is not None and not _is_unsigned(left):
        left._expires = ExpirationTimer(TCPTransport.MAX_INCOMING_SOCKET_PERIOD)
    is_over = incoming._expires.view().expired()
    if left is not None and _is_unsigned(left) and is_over:
        left.close()
        left = None
    if was_unsigned and left is None and (is_over or incoming._rData.is_refused):
        transport.refused += 1
    return left


def _take_acknowledgement(original: Callable[..., Any], transport: Any, intent: Any, received: bytes) -> Any:
    """What comes back on a connection of ours. The port may be somebody else's by now: what is not signed is no
    acknowledgement, and the message is sent again, as when the connection breaks."""
    try:
        return original(transport, intent, received)
    except UnsignedMessage as error:
        thesplog("what should be an acknowledgement was refused: %s", error)
        transport.refused += 1
        intent.backoffPause(True)
        intent.stage = transport._XMITStepRetry
        return transport._nextTransmitStep(intent)


def _is_unsigned(incoming: Any) -> bool:
    """Whether nothing has come on this connection that shows the key, now or in a message before."""
    address = incoming.fromAddress
    return not incoming._rData.is_signed and (address is None or address.addressDetails is None)
