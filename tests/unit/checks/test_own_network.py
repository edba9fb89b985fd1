"""While our own network is away, what fails says nothing."""

import asyncio
import socket
from collections.abc import Iterable

import pytest

from actors.checks.kinds.own_network import OwnNetwork, is_elsewhere, witnesses_of
from actors.checks.kinds.probes import CheckProbes
from actors.runtime.http.environment import NetworkEnvironment
from messages.check_definitions import CheckKind
from messages.checks import CheckResult, CheckRun, CheckVerdict, ResultMark
from messages.probing import Network
from tests.builders import settings
from tests.check_builders import a_check

HERE = NetworkEnvironment({})


class Looking:
    """What a look finds, and how many there were."""

    def __init__(self, found: Network) -> None:
        self.found, self.looks = found, 0

    async def __call__(self, witnesses: Iterable[str], network: NetworkEnvironment) -> Network:
        self.looks += 1
        await asyncio.sleep(0)
        return self.found


def failing_results(looking: Looking, *urls: str) -> list[CheckResult]:
    """Of checks of ports that nobody listens on."""

    def failed(what: str, error: BaseException) -> None:
        raise error

    async def run_all() -> list[CheckResult]:
        probes = CheckProbes(HERE, failed, str, own_network=OwnNetwork(("http://127.0.0.1:9",), HERE, looking))
        checks = [a_check(kind=CheckKind.TCP, url=url, condition="[STATUS] == 418", timeout=60.0) for url in urls]
        results = await asyncio.gather(*(probes.result(CheckRun(generation=1, check=check)) for check in checks))
        await probes.close()
        return list(results)

    return asyncio.run(run_all())


def test_what_cannot_be_reached_without_a_network_is_marked() -> None:
    looking = Looking(Network.AWAY)
    elsewhere = f"tcp://{socket.gethostname()}:9"
    results = failing_results(looking, elsewhere, elsewhere, "tcp://127.0.0.1:9")
    assert [each.mark for each in results] == [ResultMark.OFFLINE, ResultMark.OFFLINE, ResultMark.NONE]
    assert {each.verdict for each in results} == {CheckVerdict.FAILED}
    assert results[0].error.startswith("our own network is away: ")
    assert looking.looks == 1


@pytest.mark.parametrize("found", [Network.UP, Network.UNTOLD])
def test_what_cannot_be_reached_with_a_network_has_failed(found: Network) -> None:
    (result,) = failing_results(Looking(found), f"tcp://{socket.gethostname()}:9")
    assert (result.verdict, result.mark) == (CheckVerdict.FAILED, ResultMark.NONE)


@pytest.mark.parametrize(
    ("url", "elsewhere"),
    [
        ("https://example.org/", True),
        ("dns:///example.org", True),
        ("tcp://9.9.9.9:53", True),
        ("http://localhost:8765/", False),
        ("http://127.0.0.1/", False),
        ("http://[::1]/", False),
        ("tcp://192.168.1.1:22", False),
    ],
)
def test_this_machine_and_private_networks_need_no_witnesses(url: str, elsewhere: bool) -> None:
    assert is_elsewhere(url) is elsewhere


def test_the_witnesses_are_the_hosts_that_the_service_uses_anyway() -> None:
    used = settings({"CALLBOARD_SLACK__BOT_TOKEN": "xoxb-1-2"}, index={"url": "http://127.0.0.1:1/index.json"})
    assert witnesses_of(used) == ("http://127.0.0.1:1", "http://127.0.0.1:9")
