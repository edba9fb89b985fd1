"""Short ways to carry checks out without an actor."""

import asyncio
import gc
import threading
import warnings

from actors.checks.kinds.probes import CheckProbes
from actors.runtime.http.environment import NetworkEnvironment
from messages.check_definitions import CheckDefinition
from messages.checks import CheckResult, CheckRun

LIMIT = 60.0


def tried(*checks: CheckDefinition) -> list[CheckResult]:
    """What comes of these checks, carried out at once on a loop of their own, which starts no thread."""

    async def run() -> list[CheckResult]:
        def failed(what: str, error: BaseException) -> None:
            raise error

        probes = CheckProbes(NetworkEnvironment({}), failed, lambda text: text)
        threads = threading.active_count()
        try:
            runs = (probes.result(CheckRun(generation=1, check=check)) for check in checks)
            results = await asyncio.wait_for(asyncio.gather(*runs), LIMIT)
        finally:
            await probes.close()
        assert threading.active_count() == threads
        return results

    results = asyncio.run(run())
    with warnings.catch_warnings():
        # A TLS connection that was closed waits for the other side to end TLS too, and is not waited for.
        warnings.filterwarnings("ignore", "unclosed transport", ResourceWarning)
        gc.collect()
    return results
