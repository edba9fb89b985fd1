"""The certificates of the stage: an authority, another in between, and what it issues for a port or a client."""

import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from actors.stage.world.ports import StagedTls

LONG = timedelta(days=3650)

CLIENT = StagedTls(names=("callboard.client",))

_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}.get


class StagedAuthority:
    """The root of trust of one stage, made for it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Callboard's stage")
        now = datetime.now(UTC)
        self._certificate = _certificate(self._name, self._key, self._name, self._key, now + LONG, is_authority=True)

    @property
    def pem(self) -> bytes:
        """Its certificate."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def context(self, tls: StagedTls) -> ssl.SSLContext:
        """What a server needs that shows such a certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.issued(tls))
            file.flush()
            context.load_cert_chain(file.name)
        if (least := _VERSIONS(tls.least)) is not None:
            context.minimum_version = least
        if (most := _VERSIONS(tls.most)) is not None:
            context.maximum_version = most
        if tls.wants_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=self.pem.decode())
        return context

    def issued(self, tls: StagedTls) -> bytes:
        """A new key, its certificate, and that of the authority in between, as PEM."""
        now = datetime.now(UTC)
        between, between_key = _name("Callboard's stage, in between"), ec.generate_private_key(ec.SECP256R1())
        ends = now + timedelta(days=tls.chain_days)
        chained = _certificate(between, between_key, self._name, self._key, ends, is_authority=True)
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = _certificate(
            _name(tls.names[0]), key, between, between_key, now + timedelta(days=tls.days), names=tls.names
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return secret + b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (leaf, chained))


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    ends: datetime,
    *,
    names: tuple[str, ...] = (),
    is_authority: bool = False,
) -> x509.Certificate:
    """Valid for ten years until it ends. Python 3.13 verifies strictly: it wants the two key identifiers."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - 2 * LONG)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_general_name, names))), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
