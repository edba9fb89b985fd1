"""What a check costs, next to Debian's prometheus-blackbox-exporter where it is installed; run with `make bench`."""

import asyncio
import gc
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

import aiohttp
import psutil
import pytest

from actors.checks.kinds.probes import CheckProbes
from actors.runtime.http.environment import NetworkEnvironment
from messages.check_definitions import CheckDefinition, RequiredCondition, TlsOptions
from messages.checks import CheckRun, CheckVerdict
from tests.bench.checking import Target, serving
from tests.bench.table import Table
from tests.check_builders import a_check

ROUNDS, RUNS, AT_ONCE = 7, 1000, 50

BLACKBOX = shutil.which("prometheus-blackbox-exporter")

CONDITIONS = (RequiredCondition(text="[STATUS] == 200"), RequiredCondition(text="[BODY].status == UP"))


async def ours(target: Target) -> float:
    """CPU of this process for each check, in ms."""

    def failed(what: str, error: BaseException) -> None:
        raise error

    probes = CheckProbes(NetworkEnvironment({}), failed, lambda text: text)
    check = a_check(url=target.url, condition=CONDITIONS, tls=TlsOptions(ca_file=target.ca))
    await run(probes, check, AT_ONCE)
    gc.collect()
    gc.freeze()  # as a runner's process does when it has begun
    before = time.process_time()
    await run(probes, check, RUNS)
    took = time.process_time() - before
    await probes.close()
    return took / RUNS * 1000


async def run(probes: CheckProbes, check: CheckDefinition, times: int) -> None:
    """So often, AT_ONCE at a time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(generation: int) -> None:
        async with room:
            result = await probes.result(CheckRun(generation=generation, check=check))
        assert result.verdict is CheckVerdict.PASSED, result.error

    await asyncio.gather(*map(one, range(times)))


MODULES = """
modules:
  page:
    prober: http
    timeout: 10s
    http:
      preferred_ip_protocol: ip4
      fail_if_body_not_matches_regexp: ['"status": "UP"']
      tls_config: {{ca_file: "{ca}"}}
"""


@contextmanager
def blackbox(directory: Path, ca: str) -> Iterator[tuple[psutil.Process, str]]:
    """The exporter, and its address."""
    assert BLACKBOX is not None
    file = directory / "blackbox.yml"
    file.write_text(MODULES.format(ca=ca))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [BLACKBOX, f"--config.file={file}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30.0
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield psutil.Process(process.pid), f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


async def theirs(exporter: psutil.Process, address: str, target: Target) -> float:
    """CPU of the exporter for each probe, in ms; what its HTTP server takes is in it."""
    url = f"{address}/probe?module=page&target={quote(target.url, safe='')}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def one(_: int) -> None:
            async with session.get(url) as response:
                text = await response.text()
            assert "\nprobe_success 1\n" in text, text

        await asyncio.gather(*map(one, range(AT_ONCE)))
        before = sum(exporter.cpu_times()[:2])
        await asyncio.gather(*map(one, range(RUNS)))
        return float(sum(exporter.cpu_times()[:2]) - before) / RUNS * 1000


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
def test_a_check_with_a_connection_of_its_own(tmp_path: Path, tls: bool, table: Table) -> None:
    """Both take turns, and the medians of their rounds count: others on the machine slow both down."""
    what = "TLS 1.3" if tls else "plain"
    with serving(tmp_path, tls=tls) as target:
        if BLACKBOX is None:
            mine = [asyncio.run(ours(target)) for _ in range(ROUNDS)]
            table.add(f"a check, {what}, CPU", median(mine), "ms")
            return
        with blackbox(tmp_path, target.ca) as (exporter, address):
            rounds = [
                (asyncio.run(ours(target)), asyncio.run(theirs(exporter, address, target))) for _ in range(ROUNDS)
            ]
    own, other = (median(column) for column in zip(*rounds, strict=True))
    table.add(f"blackbox_exporter, a probe, {what}, CPU", other, "ms")
    table.add(f"a check, {what}, CPU", own, "ms", below=round(other if tls else other / 2, 3))
