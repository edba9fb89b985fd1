"""Pages whose JSON is looked at: metrics, and the health of a Callboard; what a connection shows of itself; and the
version of IP."""

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from actors.checks.conditions.metrics import metric_condition
from messages.check_definitions import CheckKind, HttpOptions, RequiredCondition, TlsOptions
from messages.checks import CheckVerdict
from tests.actors.checks.carrying import Carry, a_port, a_site, certificates, conditions, results
from tests.check_builders import a_check, a_warning

WELL = "[BODY].status == any(ok, standby)"


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_metrics_of_a_document_are_compared() -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Basic bWU6cGFzc3dvcmQ=":
            return web.Response(status=401, text="who are you?")
        return web.json_response({"disk": {"free": 12.5}, "load": [0.1, 3.9]})

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            check = a_check(
                url=url,
                kind=CheckKind.JSON_METRICS,
                http=HttpOptions(username="me", password="password"),
                condition=(
                    RequiredCondition(text=metric_condition("$.disk.free", ">=", 10)),
                    a_warning(metric_condition("load[1]", "<", 4)),
                ),
            )
            assert (await carry_out(check)).verdict is CheckVerdict.PASSED
            tight = replace(check, conditions=(a_warning(metric_condition("load[1]", "<", 3)),))
            warned = await carry_out(tight)
            assert (warned.verdict, warned.error) == (CheckVerdict.WARNED, "[BODY].load[1] (3.9) < 3")
            for sign in ("<", "<=", ">", ">=", "==", "!="):
                gone = replace(check, conditions=(RequiredCondition(text=metric_condition("$.cpu", sign, 1)),))
                missing = await carry_out(gone)
                assert missing.verdict is CheckVerdict.FAILED
                assert missing.error == f"[BODY].cpu (missing) {sign} 1"
            refused = await carry_out(replace(check, http=HttpOptions()))
            assert (refused.verdict, refused.error) == (CheckVerdict.FAILED, "the answer is not JSON (status 401)")

    results(play)


def test_the_health_of_a_callboard_is_its_result() -> None:
    health = {"status": "ok", "reasons": []}

    async def answer(request: web.Request) -> web.Response:
        assert request.path == "/health"
        return web.json_response(health, status=200 if health["status"] == "ok" else 503)

    async def play(carry_out: Carry) -> None:
        async with a_site(answer) as url:
            other = url.replace("http://", "callboard://")
            check = a_check(url=other, kind=CheckKind.CALLBOARD, condition=WELL)
            assert (await carry_out(check)).verdict is CheckVerdict.PASSED
            health.update(status="degraded", reasons=["the index is old", "Slack refuses the token"])
            degraded = await carry_out(check)
            assert degraded.verdict is CheckVerdict.FAILED
            assert degraded.error == "degraded: the index is old; Slack refuses the token"
            assert degraded.status == 503
            warned = await carry_out(replace(check, conditions=(a_warning(WELL),)))
            assert (warned.verdict, warned.error) == (CheckVerdict.WARNED, degraded.error)
        away = await carry_out(check)
        assert away.error == "cannot connect: Connection refused"
        own = await carry_out(a_check(url="callboard://", kind=CheckKind.CALLBOARD, condition=WELL))
        assert own.error.startswith("the address of this service is not known here")

    results(play)


def test_what_a_connection_shows_of_its_tls_can_be_asked_for(tmp_path: Path) -> None:
    context, authority = certificates(tmp_path)

    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def play(carry_out: Carry) -> None:
        told = conditions(
            "[TLS_VERSION] == TLSv1.3", "[TLS_CIPHER] == pat(TLS_*)", "len([CERTIFICATE_FINGERPRINT]) == 64"
        )
        tls = TlsOptions(ca_file=authority)
        async with a_site(answer, context) as url:
            page = await carry_out(a_check(url=url, tls=tls, condition=told))
            assert (page.verdict, page.error) == (CheckVerdict.PASSED, "")
            older = await carry_out(
                a_check(url=url, tls=replace(tls, most="1.2"), condition="[TLS_VERSION] == TLSv1.2")
            )
            assert (older.verdict, older.error) == (CheckVerdict.PASSED, "")
        async with a_port(talk, ssl=context) as port:
            check = a_check(url=f"tls://localhost:{port}", kind=CheckKind.TCP, tls=tls, condition=told)
            connection = await carry_out(check)
            assert (connection.verdict, connection.error) == (CheckVerdict.PASSED, "")

    results(play)


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_only_addresses_of_the_wanted_version_are_used() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    async def play(carry_out: Carry) -> None:
        for version, other, host, address in (("4", "6", "127.0.0.1", "127.0.0.1"), ("6", "4", "::1", "::1")):
            async with a_site(answer, host=host) as url:
                port = url.rstrip("/").rpartition(":")[2]
                told = conditions(f"[IP] == {address}")
                page = a_check(url=f"http://localhost:{port}/", condition=told, ip_version=version)
                found = await carry_out(page)
                assert (found.verdict, found.error) == (CheckVerdict.PASSED, "")
                assert (await carry_out(replace(page, ip_version=other))).verdict is CheckVerdict.FAILED
                port_check = a_check(
                    url=f"tcp://localhost:{port}", kind=CheckKind.TCP, condition=told, ip_version=version
                )
                assert (await carry_out(port_check)).verdict is CheckVerdict.PASSED
                assert (await carry_out(replace(port_check, ip_version=other))).verdict is CheckVerdict.FAILED

    results(play)
