"""Servers that benchmarks of checks ask."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and the authority that its certificate is from (empty without TLS)."""

    url: str
    ca: str


@contextmanager
def serving(directory: Path, *, tls: bool) -> Iterator[Target]:
    """A server in a process of its own."""
    files: tuple[str, ...] = ()
    ca = ""
    if tls:
        authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        certificate = authority.issue_cert("localhost", "127.0.0.1", key_type=trustme.KeyType.ECDSA)
        ca, chain, key = (str(directory / name) for name in ("ca.pem", "chain.pem", "key.pem"))
        authority.cert_pem.write_to_path(ca)
        certificate.private_key_pem.write_to_path(key)
        for place, blob in enumerate(certificate.cert_chain_pems):
            blob.write_to_path(chain, append=place > 0)
        files = (chain, key)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.check_server", *files], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Target(url=f"http{'s' if tls else ''}://127.0.0.1:{process.stdout.readline().strip()}/", ca=ca)
    finally:
        process.kill()
        process.communicate()
