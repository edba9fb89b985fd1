"""Names, as a name server knows them."""

import time
from urllib.parse import urlsplit

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.SOA
import dns.rdtypes.txtbase

from actors.checks.conditions.evaluate import Evidence
from actors.checks.kinds.findings import CheckFinding, PhaseClock
from actors.checks.kinds.names import NameResolver, family_of
from messages.check_definitions import CheckDefinition

DNS_PORT = 53


class DnsProbe:
    """Owned by a runner."""

    def __init__(self, resolver: NameResolver) -> None:
        self._resolver = resolver

    async def find(self, check: CheckDefinition) -> CheckFinding:
        """Ask the server. An answer that is cut short is asked for again by TCP. The time limit is the caller's."""
        began, clock, ip = time.perf_counter(), PhaseClock(), ""
        try:
            clock.begin("resolve")
            ip, port = await self._server(check)
            clock.begin("processing")
            answer = await _ask(check, ip, port)
        except (OSError, EOFError, dns.exception.DNSException, ValueError) as error:
            return CheckFinding(evidence=Evidence(ip=ip), phases=clock.times(), error=_words(error))
        kind = dns.rdatatype.from_text(check.dns.query_type)
        records = [record for found in answer.answer if found.rdtype == kind for record in found]
        serial = next((each.serial for each in records if isinstance(each, dns.rdtypes.ANY.SOA.SOA)), None)
        evidence = Evidence(
            connected=True,
            response_ms=(time.perf_counter() - began) * 1000,
            ip=ip,
            rcode=dns.rcode.to_text(answer.rcode()),
            serial=serial,
            answers=tuple(sorted(_text(record) for record in records)),
        )
        return CheckFinding(evidence=evidence, phases=clock.times())

    async def _server(self, check: CheckDefinition) -> tuple[str, int]:
        parts = urlsplit(check.url)
        if not parts.hostname:
            return self._resolver.servers()[0], DNS_PORT
        found = await self._resolver.resolve(parts.hostname, 0, family_of(check.ip_version))
        return found[0]["host"], parts.port or DNS_PORT


async def _ask(check: CheckDefinition, ip: str, port: int) -> dns.message.Message:
    """The answer. A server that does not know EDNS says that it cannot read the question, or does not do such a thing:
    it is asked again without (RFC 6891, 7)."""
    answer = await _exchanged(check, ip, port, use_edns=True)
    if answer.rcode() in (dns.rcode.FORMERR, dns.rcode.NOTIMP):
        answer = await _exchanged(check, ip, port, use_edns=False)
    return answer


async def _exchanged(check: CheckDefinition, ip: str, port: int, *, use_edns: bool) -> dns.message.Message:
    question = dns.message.make_query(check.dns.query_name, check.dns.query_type, use_edns=use_edns, payload=1232)
    if not check.dns.tcp:
        answer = await dns.asyncquery.udp(
            question, ip, port=port, timeout=check.timeout, ignore_unexpected=True, ignore_errors=True
        )
        if not answer.flags & dns.flags.TC:
            return answer
    return await dns.asyncquery.tcp(question, ip, port=port, timeout=check.timeout)


def _text(record: object) -> str:
    """A record as conditions have it: names without the dot at their end, texts without quotation marks."""
    if isinstance(record, dns.rdtypes.txtbase.TXTBase):
        return b"".join(record.strings).decode("utf-8", "replace")
    return str(record).removesuffix(".")


def _words(error: BaseException) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "the name server did not answer in time"
    if isinstance(error, dns.exception.DNSException):
        return f"the name server's answer cannot be read: {error}"
    if isinstance(error, EOFError):
        return "the name server closed the connection"
    return getattr(error, "strerror", None) or str(error)
