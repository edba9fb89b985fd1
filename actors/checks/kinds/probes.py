"""Carries a run out, whatever its kind: whatever it meets becomes its result."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from actors.checks.conditions.evaluate import Evidence
from actors.checks.conditions.grammar import parse_condition
from actors.checks.kinds.dns import DnsProbe
from actors.checks.kinds.documents import health_address, with_health, with_metrics
from actors.checks.kinds.findings import (
    NOTHING_FOUND,
    CheckFinding,
    WeightedCondition,
    so_far,
    utc_now,
    verdict_of,
)
from actors.checks.kinds.http import HttpProbe
from actors.checks.kinds.mail.probe import MailProbe
from actors.checks.kinds.names import NameResolver
from actors.checks.kinds.own_network import OwnNetwork, is_elsewhere
from actors.checks.kinds.ping import PingProbe
from actors.checks.kinds.tcp import TcpProbe
from actors.checks.kinds.tls import TlsContexts
from actors.runtime.http.environment import NetworkEnvironment
from messages.check_definitions import CheckDefinition, CheckKind, RequiredCondition
from messages.checks import CheckResult, CheckRun, CheckVerdict, ResultMark

MOST_CONDITIONS = 10_000
"""Conditions that are remembered as they were parsed."""

PUSHED = "a heartbeat is pushed: there is nothing to run"

LONGEST_ERROR_CHARACTERS = 1000


class CheckProbes:
    """Owns the HTTP session, the TLS contexts and what it knows of names. `failed(check, error)` hears of a fault of
    our own; `redact` takes secrets out of what a result says; `own` is the address of this service's health, empty if
    it is not known. With `own_network`, failures while that is away are marked."""

    def __init__(
        self,
        network: NetworkEnvironment,
        failed: Callable[[str, BaseException], None],
        redact: Callable[[str], str],
        own: str = "",
        own_network: OwnNetwork | None = None,
    ) -> None:
        self._failed = failed
        self._redact = redact
        self._own = own
        self._own_network = own_network
        self._conditions: dict[RequiredCondition, WeightedCondition] = {}
        names, contexts = NameResolver(), TlsContexts(network)
        self._http = HttpProbe(network, names, contexts)
        self._tcp = TcpProbe(names, contexts)
        self._dns = DnsProbe(names)
        self._mail = MailProbe(names, contexts)
        self._ping = PingProbe(names)

    async def result(self, run: CheckRun) -> CheckResult:
        """The result of a run, within the time limit of its check."""
        check, began = run.check, time.perf_counter()
        finding = NOTHING_FOUND
        so_far.set(None)
        try:
            try:
                async with asyncio.timeout(check.timeout):
                    finding = await self._find(check)
            except TimeoutError:
                finding = _unfinished(f"no answer within {check.timeout:g} s")
            verdict, wrong = verdict_of(finding, [self._parsed(each) for each in check.conditions])
        except Exception as error:  # a check that meets a fault of ours is one check that failed
            self._failed(f"check {check.key}", error)
            verdict, wrong = CheckVerdict.FAILED, f"{type(error).__name__}: {error}"
        now, took = utc_now(), time.perf_counter() - began
        left, round_trip = finding.evidence.chain_ms, finding.evidence.round_trip_ms
        result = CheckResult(
            key=check.key,
            generation=run.generation,
            verdict=verdict,
            at=now,
            duration=took if finding.seconds is None else finding.seconds,
            error=_storable(self._redact(wrong)) if wrong else "",
            phases=finding.phases,
            status=finding.evidence.status,
            certificate_until=None if left is None else now + timedelta(milliseconds=left),
            round_trip=None if round_trip is None else round_trip / 1000,
            began=now - timedelta(seconds=took),
        )
        if verdict is CheckVerdict.FAILED and not finding.evidence.connected and await self._is_offline(check):
            return replace(result, mark=ResultMark.OFFLINE, error=f"our own network is away: {result.error}")
        return result

    async def _is_offline(self, check: CheckDefinition) -> bool:
        return self._own_network is not None and is_elsewhere(check.url) and await self._own_network.is_away()

    async def close(self) -> None:
        """Close the session."""
        await self._http.close()

    async def _find(self, check: CheckDefinition) -> CheckFinding:
        match check.kind:
            case CheckKind.HTTP:
                return await self._http.find(check)
            case CheckKind.TCP:
                return await self._tcp.find(check)
            case CheckKind.BUILT_IN:
                return CheckFinding(evidence=Evidence(), error="only a running service knows this")
            case CheckKind.DNS:
                return await self._dns.find(check)
            case CheckKind.SMTP | CheckKind.IMAP:
                return await self._mail.find(check)
            case CheckKind.PING:
                return await self._ping.find(check)
            case CheckKind.JSON_METRICS:
                return with_metrics(await self._http.find(check))
            case CheckKind.CALLBOARD:
                return await self._health(check)
            case CheckKind.HEARTBEAT:
                return CheckFinding(evidence=Evidence(), error=PUSHED, is_unable=True)

    async def _health(self, check: CheckDefinition) -> CheckFinding:
        try:
            url = health_address(check.url, self._own)
        except ValueError as error:
            return CheckFinding(evidence=Evidence(), error=str(error), is_unable=True)
        return with_health(await self._http.find(replace(check, url=url)))

    def _parsed(self, required: RequiredCondition) -> WeightedCondition:
        known = self._conditions.get(required)
        if known is None:
            if len(self._conditions) >= MOST_CONDITIONS:
                self._conditions.clear()
            known = WeightedCondition(condition=parse_condition(required.text), severity=required.severity)
            self._conditions[required] = known
        return known


def _unfinished(error: str) -> CheckFinding:
    """What a run has found out whose time is over: how far it came, and where it waited."""
    found = so_far.get()
    return CheckFinding(evidence=Evidence(), error=error) if found is None else found(error)


def _storable(text: str) -> str:
    """A text from outside as a table takes it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST_ERROR_CHARACTERS]
