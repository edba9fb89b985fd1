"""TLS as a check wants it, and the certificates that a server shows."""

import hashlib
import re
import ssl
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from cryptography import x509

from actors.checks.conditions.evaluate import Evidence
from actors.checks.kinds.findings import until_ms, utc_now
from actors.runtime.http.certificates import authorities
from actors.runtime.http.environment import NetworkEnvironment
from messages.check_definitions import TlsOptions

MOST_CONTEXTS = 200
"""Making a context takes 100 ms, so they are kept: one for each set of options."""

MOST_CERTIFICATES = 1000
"""That a context remembers."""

on_handshake: ContextVar[Callable[[], None] | None] = ContextVar("on_handshake", default=None)
"""What the task that connects wants to be called when TLS begins."""

_VERSIONS = MappingProxyType({"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3})


class UnusableTls(ValueError):
    """The options of a check cannot be used; the text says why."""


class TlsContexts:
    """Of one runner."""

    def __init__(self, network: NetworkEnvironment) -> None:
        self._network = network
        self._contexts: dict[TlsOptions, ssl.SSLContext] = {}

    def context(self, options: TlsOptions) -> ssl.SSLContext:
        """The context for a check. Raises UnusableTls."""
        known = self._contexts.get(options)
        if known is None:
            if len(self._contexts) >= MOST_CONTEXTS:
                self._contexts.clear()
            known = self._contexts[options] = self._made(options)
        return known

    def _made(self, options: TlsOptions) -> ssl.SSLContext:
        context = _TimedContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.hostname_checks_common_name = False  # as browsers and Go have it
            if not options.verify:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            elif options.ca_file:
                context.load_verify_locations(cafile=options.ca_file)
            elif any(places := authorities(self._network)):
                context.load_verify_locations(*places)
            else:
                context.load_default_certs(ssl.Purpose.SERVER_AUTH)
            if options.certificate_file:
                context.load_cert_chain(options.certificate_file, options.key_file or None, password="")
        except (OSError, ValueError) as error:
            raise UnusableTls(f"ca_file or certificate_file cannot be used: {_words(error)}") from None
        context.minimum_version = _VERSIONS[options.least or "1.2"]
        if options.most:
            context.maximum_version = _VERSIONS[options.most]
        return context


def nameless(options: TlsOptions) -> TlsOptions:
    """For another site than that of the check: we do not say who we are."""
    return replace(options, certificate_file="", key_file="")


class _TimedContext(ssl.SSLContext):
    """Says when a handshake begins: neither asyncio nor aiohttp does. It remembers when the certificates run out that
    it saw: to read one takes as long as a tenth of a handshake, and servers show the same ones for weeks."""

    def __init__(self, protocol: int) -> None:
        super().__init__()
        self._ends: dict[bytes, datetime] = {}

    def end_of(self, encoded: bytes) -> datetime:
        """When a certificate runs out."""
        known = self._ends.get(encoded)
        if known is None:
            if len(self._ends) >= MOST_CERTIFICATES:
                self._ends.clear()
            known = self._ends[encoded] = x509.load_der_x509_certificate(encoded).not_valid_after_utc
        return known

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """Called by asyncio when the connection is made and TLS begins."""
        if (begins := on_handshake.get()) is not None:
            begins()
        return super().wrap_bio(*args, **options)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """What a connection shows of itself: when the certificates run out, the server's own first; the version (`TLSv1.3`)
    and the cipher; the SHA-256 of the server's certificate in hexadecimal digits. Empty without TLS."""

    ends: tuple[datetime, ...] = ()
    version: str = ""
    cipher: str = ""
    fingerprint: str = ""

    def added_to(self, evidence: Evidence) -> Evidence:
        """The evidence with these facts, as they are now."""
        if not self.version and not self.ends:
            return evidence
        now = utc_now()
        return replace(
            evidence,
            certificate_ms=until_ms(self.ends[:1], now),
            chain_ms=until_ms(self.ends, now),
            tls_version=self.version,
            tls_cipher=self.cipher,
            fingerprint=self.fingerprint,
        )


NO_TLS = TlsFacts()


def tls_facts(tls: Any) -> TlsFacts:
    """Of an SSLObject after the handshake; of None without TLS."""
    if tls is None:
        return NO_TLS
    cipher, encoded = tls.cipher(), tls.getpeercert(binary_form=True)
    return TlsFacts(
        ends=certificate_ends(tls),
        version=tls.version() or "",
        cipher=cipher[0] if cipher else "",
        fingerprint=hashlib.sha256(encoded).hexdigest() if encoded else "",
    )


def certificate_ends(tls: Any) -> tuple[datetime, ...]:
    """When the certificates run out that a server showed, its own first. `tls` is an SSLObject of TlsContexts after the
    handshake, or None without TLS."""
    if tls is None:
        return ()
    # The chain is public from Python 3.13 on. What was not verified is of interest too: that is why it is not valid.
    chain = tls._sslobj.get_unverified_chain() or ()
    ends = []
    for certificate in chain:
        encoded = certificate.public_bytes(2)  # DER, by the number of an enumeration that is as private
        ends.append(tls.context.end_of(bytes(encoded)))
    return tuple(ends)


_OTHER_NAME = re.compile(r"mismatch, certificate is not valid for ('.*')")

CLOSED_IN_HANDSHAKE = "TLS failed: the server closed the connection in the handshake"
"""Some servers do so where others say what they do not like: a version, a missing certificate."""


def tls_words(error: BaseException) -> str:
    """What is wrong with TLS, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        other = _OTHER_NAME.search(error.verify_message)
        return f"the certificate is not valid: {f'it is not for {other[1]}' if other else error.verify_message}"
    return f"TLS failed: {_words(error)}"


def _words(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
