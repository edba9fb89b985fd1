"""Thespian's TCP traffic, kept at home: ports on loopback only, every message signed.

Left alone, Thespian's ports listen on every interface and unpickle whatever comes: anyone who can connect runs code.
Two of its seams are used, before the system is created, so that every process forked from then on has them:

- `IPActorAddress.bindArgs`, the argument of each `bind`: the port stays, the interface becomes 127.0.0.1;
- `TCPTransport.serializer`, the module that pickles and unpickles: a signature comes before each pickle (HMAC-SHA256
  under a key made for this run and held in memory only), and nothing is unpickled whose signature is wrong. The two
  acknowledgements that Thespian pickles once, at import, are made again with the signature.

There is no protection against replay: who can read loopback traffic can send a message again.
"""

import hashlib
import hmac
import os
import pickle
from typing import Any

from thespian.system.transport import IPBase, TCPTransport
from thespian.system.transport.streamBuffer import ackDataErrPacket, ackPacket, toSendBuffer

LOOPBACK = "127.0.0.1"
_SIGNATURE = hashlib.sha256().digest_size


class UnsignedMessage(pickle.UnpicklingError):
    """Bytes came that were not signed with this run's key."""


class SignedPickle:
    """What TCPTransport uses in place of the pickle module: `dumps` and `loads`."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def dumps(self, value: Any) -> bytes:
        """Signature and pickle."""
        body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return self._sign(body) + body

    def loads(self, data: bytes) -> Any:
        """The value, if the signature is right; raises UnsignedMessage, before anything is unpickled, if not."""
        signature, body = bytes(data[:_SIGNATURE]), bytes(data[_SIGNATURE:])
        if not hmac.compare_digest(signature, self._sign(body)):
            raise UnsignedMessage("a message without this run's signature was refused")
        return pickle.loads(body)

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")


def _bind_to_loopback(address: Any) -> tuple[tuple[str, int]]:
    return ((LOOPBACK, address.bindname[1]),)


def keep_at_home(key: bytes) -> None:
    """Bind to loopback and sign, in this process and all that it forks. Called before `ActorSystem(...)`."""
    os.environ["THESPIAN_BASE_IPADDR"] = LOOPBACK
    IPBase.IPActorAddress.bindArgs = property(_bind_to_loopback)
    signed = SignedPickle(key)
    TCPTransport.serializer = signed
    TCPTransport.ackMsg = toSendBuffer(ackPacket, signed.dumps)
    TCPTransport.ackDataErrMsg = toSendBuffer(ackDataErrPacket, signed.dumps)
