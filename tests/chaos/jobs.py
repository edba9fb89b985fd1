"""Jobs that report to heartbeats while processes are killed: what they were answered, and what must have been stored.

Each signal carries a number of its own as its duration in ms, by which its result is recognized.
"""

import http.client
import itertools
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

JOBS = ("job-night", "job-hour", "job-week")

BETWEEN_SECONDS = 0.7
"""Between two rounds of signals. More than one a second of each job is refused when the first 60 are over, which is an
answer too."""

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A signal that was sent; `status` of its answer, 0 if none came."""

    job: str
    number: int
    status: int

    @property
    def may_be_stored(self) -> bool:
        """Whether the service did not refuse it."""
        return self.status in (200, 503, 0)


def token_of(job: str) -> str:
    """Its secret."""
    return f"{job}-0123456789abcdef"


class Jobs:
    """Report one after the other to `port` until they are stopped, from a thread of their own: kills come meanwhile."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._failing = dict.fromkeys(JOBS, False)
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._pushes = self._pool.submit(lambda: list(self._report()))

    def flip(self, job: str) -> None:
        """From now on it fails, or succeeds again."""
        self._failing[job] = not self._failing[job]

    def stop(self) -> list[Push]:
        """What was sent until now."""
        self._over.set()
        pushes = self._pushes.result()
        self._pool.shutdown()
        return pushes

    def _report(self) -> Iterator[Push]:
        for number in itertools.count(1):
            for job in JOBS:
                yield Push(job=job, number=number, status=self._push(job, number))
            if self._over.wait(BETWEEN_SECONDS):
                return

    def _push(self, job: str, number: int) -> int:
        success = "false&error=broken" if self._failing[job] else "true"
        path = f"/api/v1/endpoints/chaos_{job}/external?success={success}&duration={number}ms"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", path, headers={"Authorization": f"Bearer {token_of(job)}"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


def faults_of_pushes(pushes: Iterable[Push], stored: Counter[tuple[str, int]]) -> Iterator[str]:
    """What is wrong, in words: `stored` says how often each signal, by job and number, is among the results."""
    left = Counter(stored)
    for push in pushes:
        times = left.pop((push.job, push.number), 0)
        if times > 1:
            yield f"signal {push.number} of {push.job} is stored {times} times"
        elif push.status == 200 and not times:
            yield f"signal {push.number} of {push.job} was answered, and is not stored"
        elif times and not push.may_be_stored:
            yield f"signal {push.number} of {push.job} was refused with {push.status}, and is stored"
    for (job, number), times in left.items():
        yield f"{job} has {times} results of signal {number}, which nobody sent"
