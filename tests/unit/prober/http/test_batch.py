"""Asking for the names of one batch."""

import asyncio
import selectors
from collections.abc import Callable
from dataclasses import replace

import pytest

from actors.prober.http.batch import BatchRun
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName, ProbeBatch, ProbeResult, Validators, Verdict
from tests.prober_builders import a_name, an_answer

NAMES = tuple(a_name(number) for number in range(1, 41))
CANARY = a_name(0)


class FakeHost:
    """Answers by a rule; remembers who was asked, and how many at a time."""

    def __init__(self, rule: Callable[[DraftName], Verdict] = lambda name: Verdict.MISSING) -> None:
        self.rule = rule
        self.asked: list[DraftName] = []
        self.at: list[float] = []
        self.known: list[Validators | None] = []
        self.open = 0
        self.most = 0

    async def ask(self, name: DraftName, known: Validators | None = None) -> ProbeResult:
        self.known.append(known)
        self.asked.append(name)
        self.at.append(asyncio.get_running_loop().time())
        self.open += 1
        self.most = max(self.most, self.open)
        await asyncio.sleep(0)
        self.open -= 1
        return an_answer(name, self.rule(name))


def probe(
    host: FakeHost, names: tuple[DraftName, ...] = NAMES, spread: float = 0.0
) -> tuple[tuple[ProbeResult, ...], ProbeResult | None]:
    batch = ProbeBatch(generation=1, names=names, canary=CANARY, spread=spread)
    run = BatchRun(host.ask, batch, concurrency=4)

    async def both() -> tuple[tuple[ProbeResult, ...], ProbeResult | None]:
        return await run.results(), run.canary

    with asyncio.Runner(loop_factory=lambda: Timeless(NeverWaiting())) as runner:
        return runner.run(both())


class NeverWaiting(selectors.SelectSelector):
    """Where one would wait, time goes on by itself."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class Timeless(asyncio.SelectorEventLoop):
    """Its time is that of its selector: what sleeps there takes no time, and is never late."""

    def __init__(self, selector: NeverWaiting) -> None:
        super().__init__(selector)
        self._never_waiting = selector

    def time(self) -> float:
        return self._never_waiting.now


def test_every_name_is_asked_once_and_answered_in_order() -> None:
    host = FakeHost()
    results, canary = probe(host)
    assert [result.name for result in results] == list(NAMES) == host.asked
    assert canary is None


def test_no_more_are_asked_at_a_time_than_allowed() -> None:
    host = FakeHost()
    probe(host)
    assert host.most == 4


def test_the_starts_are_spread_over_the_time() -> None:
    host = FakeHost()
    probe(host, NAMES[:5], spread=10.0)
    assert host.at == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0])


def test_each_hit_is_followed_by_a_canary_of_the_same_kind() -> None:
    html, other = a_name(7, extension=Extension.HTML), a_name(8, prefix=DraftPrefix.P)
    host = FakeHost(lambda name: Verdict.HIT if name in (html, other) else Verdict.MISSING)
    results, canary = probe(host, (html, other))
    assert [result.verdict for result in results] == [Verdict.HIT, Verdict.HIT]
    canaries = [name for name in host.asked if name.number == 0]
    assert {(name.prefix, name.extension) for name in canaries} == {
        (DraftPrefix.D, Extension.HTML),
        (DraftPrefix.P, Extension.PDF),
    }
    assert len(set(canaries)) == 2
    assert canary is not None
    assert canary.verdict is Verdict.MISSING


def test_a_host_that_lies_about_one_kind_of_name_is_found_out() -> None:
    host = FakeHost(
        lambda name: Verdict.HIT if name.extension is Extension.PDF or name.number == 7 else Verdict.MISSING
    )
    _, canary = probe(host, (a_name(7, extension=Extension.HTML), a_name(7, prefix=DraftPrefix.P)))
    assert canary is not None
    assert canary.verdict is Verdict.HIT


def test_a_host_that_answers_for_everything_is_not_asked_for_the_rest() -> None:
    host = FakeHost(lambda name: Verdict.HIT)
    results, canary = probe(host)
    assert len(host.asked) < 15
    assert canary is not None
    assert canary.verdict is Verdict.HIT
    assert len(results) + len([name for name in host.asked if name.number == 0]) == len(host.asked)


def test_a_host_that_throttles_is_not_asked_for_the_rest() -> None:
    host = FakeHost(lambda name: Verdict.THROTTLED if name.number == 3 else Verdict.MISSING)
    results, _ = probe(host)
    assert len(host.asked) < 10
    assert [result.name for result in results] == host.asked


def test_a_host_that_fails_on_end_is_not_asked_for_the_rest() -> None:
    host = FakeHost(lambda name: Verdict.BROKEN)
    results, _ = probe(host)
    assert [result.name for result in results] == host.asked
    assert len(host.asked) < 10


def test_single_errors_do_not_stop_a_batch() -> None:
    host = FakeHost(lambda name: Verdict.BROKEN if name.number % 2 else Verdict.MISSING)
    probe(host)
    assert len(host.asked) == len(NAMES)


def test_a_batch_of_one_name_that_fails_is_an_error() -> None:
    results, _ = probe(FakeHost(lambda name: Verdict.BROKEN), NAMES[:1])
    assert [result.verdict for result in results] == [Verdict.BROKEN]


def test_what_is_known_is_asked_conditionally_and_the_canary_never() -> None:
    host = FakeHost(lambda name: Verdict.HIT if name.number else Verdict.MISSING)
    known = Validators(name=NAMES[1], etag='"1"', last_modified=None)
    batch = ProbeBatch(generation=1, names=NAMES[:2], canary=CANARY, spread=0.0, validators=(known,))
    asyncio.run(BatchRun(host.ask, batch, concurrency=1).results())
    assert list(zip(host.asked, host.known, strict=True)) == [
        (NAMES[0], None), (CANARY, None), (NAMES[1], known), (replace(CANARY, revision=CANARY.revision + 1), None),
    ]  # fmt: skip


@pytest.mark.parametrize("verdict", [Verdict.BLOCKED, Verdict.SUSPICIOUS])
def test_a_host_that_refuses_or_pretends_on_end_is_not_asked_for_the_rest(verdict: Verdict) -> None:
    host = FakeHost(lambda name: verdict)
    probe(host)
    assert len(host.asked) < 10
