"""Builders of names, answers and circumstances for the tests of the prober's room."""

import gzip
import importlib.resources
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from actors.prober.detection.drafts import Absorbed, FoundFile, absorb
from actors.prober.detection.evaluate import EvaluationContext
from actors.prober.detection.looks import RecheckDelays
from actors.prober.frontmatter.queue import FrontMatterQueue
from actors.prober.model import names
from actors.prober.model.answers import Belief
from actors.prober.model.catalog import Catalog
from actors.prober.model.history import DatedRevision
from actors.prober.model.http_dates import Recency
from actors.prober.model.numbers import KnownNumber, StrategyInputs
from actors.prober.model.observations import FileFacts, Observation, ObservationKind, TrackedFile
from actors.prober.politeness import host as hosts
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.schedule.recheck_queue import RecheckQueue
from actors.prober.schedule.scheduler import Scheduler
from actors.prober.schedule.strategy import Strategy
from actors.prober.schedule.work_queue import WorkQueue
from actors.prober.state import ProberState
from messages.drafts import Draft, DraftFile, DraftPrefix, DraftState, Extension
from messages.probing import Contact, DraftName, Network, ProbeResult, ProbeResults, RobotsRead, Verdict
from messages.switching import Probing
from tests.builders import NOON, a_paper, settings

BASE_URL = "http://127.0.0.1:9/files/papers/"

STATUS = {
    Verdict.HIT: 200,
    Verdict.UNCHANGED: 304,
    Verdict.MISSING: 404,
    Verdict.THROTTLED: 429,
    Verdict.BLOCKED: 403,
    Verdict.BROKEN: 500,
    Verdict.SUSPICIOUS: 302,
}


def a_name(
    number: int = 1234, revision: int = 1, extension: Extension = Extension.PDF, prefix: DraftPrefix = DraftPrefix.D
) -> DraftName:
    """`D1234R1.pdf`, unless said otherwise."""
    return DraftName(prefix=prefix, number=number, revision=revision, extension=extension)


def a_known(*revisions: int, dated: date | None = date(2020, 1, 1)) -> KnownNumber:
    """A number of the index with these revisions (R0 without any said)."""
    return KnownNumber(revisions=frozenset(revisions or (0,)), dated=dated)


def inputs(**fields: Any) -> StrategyInputs:
    """Nothing known, nothing watched, on 2025-11-21."""
    nothing: dict[str, Any] = {
        "known": {}, "found": {}, "watched": frozenset(), "frontier": None, "today": date(2025, 11, 21),
    }  # fmt: skip
    return StrategyInputs(**(nothing | fields))


def an_answer(name: DraftName, verdict: Verdict = Verdict.MISSING, **fields: Any) -> ProbeResult:
    """The answer for a name."""
    plain: dict[str, Any] = {
        "status": STATUS[verdict],
        "etag": None,
        "last_modified": None,
        "length": 1000 if verdict is Verdict.HIT else None,
        "retry_after": None,
        "contact": Contact.ANSWERED,
        "requests": 1,
        "error": "" if verdict in (Verdict.HIT, Verdict.MISSING, Verdict.UNCHANGED) else f"status {STATUS[verdict]}",
    }
    return ProbeResult(name=name, verdict=verdict, **(plain | fields))


def some_facts(**fields: Any) -> FileFacts:
    """What a server says of a file."""
    plain: dict[str, Any] = {"etag": '"1"', "last_modified": NOON - timedelta(hours=1), "length": 1000}
    return FileFacts(**(plain | fields))


def an_observation(
    name: DraftName | None = None, kind: ObservationKind = ObservationKind.APPEARED, **fields: Any
) -> Observation:
    """Seen first at noon, to be looked at two seconds later."""
    plain: dict[str, Any] = {
        "facts": None if kind is ObservationKind.GONE else some_facts(), "recency": Recency.RECENT, "first_at": NOON,
        "recheck_at": NOON + timedelta(seconds=2),
    }  # fmt: skip
    return Observation(name=name or a_name(), kind=kind, **(plain | fields))


def a_tracked(name: DraftName | None = None, **fields: Any) -> TrackedFile:
    """A file that was asked for at noon, and changed an hour before."""
    plain: dict[str, Any] = {"facts": some_facts(), "checked_at": NOON, "changed_at": NOON - timedelta(hours=1)}
    return TrackedFile(name=name or a_name(), **(plain | fields))


DELAYS = RecheckDelays(confirm=2.0, gone=1800.0, hold=900.0, longest=1800.0)


def results(*answers: ProbeResult, canary: Verdict | None = None, generation: int = 1) -> ProbeResults:
    """A batch's answers; the canary is missing when there is a hit, unless said otherwise."""
    if canary is None and any(answer.verdict is Verdict.HIT for answer in answers):
        canary = Verdict.MISSING
    asked = None if canary is None else an_answer(a_name(number=0), canary)
    requests = len(answers) + (asked is not None)
    return ProbeResults(
        generation=generation, results=answers, canary=asked, network=Network.UP, requests=requests, cpu=0.0
    )


def moment(seconds: float) -> datetime:
    """An aware moment from seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)


def real_numbers(day: str = "2025-12-04") -> Mapping[int, KnownNumber]:
    """What the real index of that day says of each number of a P paper."""
    packed = importlib.resources.files("actors.stage") / "data" / f"{day}.json.gz"
    index = json.loads(gzip.decompress(packed.read_bytes()))
    papers: dict[int, dict[int, date | None]] = {}
    for key, entry in index.items():
        if match := re.fullmatch(r"P(\d+)(?:R(\d+))?", key):
            papers.setdefault(int(match[1]), {})[int(match[2] or 0)] = _date(entry.get("date", ""))
    return {number: KnownNumber(revisions=frozenset(of), dated=of[max(of)]) for number, of in papers.items()}


def _date(text: str) -> date | None:
    digits = text.replace("-", "")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if re.fullmatch(r"\d{8}", digits) else None


def spread_out(names: Iterable[DraftName]) -> set[tuple[str, int, str]]:
    """Names as (prefix, revision, extension)."""
    return {(name.prefix.value, name.revision, name.extension.value) for name in names}


KNOWN = {1234: a_known(0)}


PREDECESSOR = a_paper(1234, 0)


def a_finding(name: DraftName | None = None, recency: Recency = Recency.RECENT) -> FoundFile:
    name = name or a_name()
    url = BASE_URL + names.text_of(name)
    file = DraftFile(extension=name.extension, url=url, last_modified=NOON, length=1000)
    return FoundFile(name=name, file=file, recency=recency, at=NOON)


def absorbed(*findings: FoundFile, drafts: dict[str, Draft] | None = None) -> Absorbed:
    return absorb(drafts or {}, findings, KNOWN, {1234: PREDECESSOR})


def a_draft(*findings: FoundFile) -> Draft:
    return absorbed(*(findings or (a_finding(),))).changed[0]


NO_LOOKS: frozenset[DraftName] = frozenset()


def what_is_known(**fields: Any) -> EvaluationContext:
    plain: dict[str, Any] = {
        "drafts": {}, "observations": {}, "tracked": {}, "numbers": {1234: a_known(0)}, "predecessors": {},
        "missing_at": lambda name: None, "alert_within": 86_400.0, "plausible": 40, "delays": DELAYS,
        "base_url": BASE_URL,
    }  # fmt: skip
    return EvaluationContext(**(plain | fields))


def hit(name: DraftName | None = None, **facts: Any) -> ProbeResult:
    told = some_facts(**facts)
    return an_answer(
        name or a_name(), Verdict.HIT, etag=told.etag, last_modified=told.last_modified, length=told.length
    )


START = NOON.timestamp()


ON = KillSwitch(probing=Probing.ON, since=None, by="")


def read(host: Host, status: int | None, text: str = "", at: float = START, **fields: Any) -> Host:
    plain: dict[str, Any] = {
        "retry_after": None, "network": Network.UP, "error": "" if status in (200, 404) else f"status {status}",
    }  # fmt: skip
    return hosts.after_robots(host, RobotsRead(generation=1, status=status, text=text, **(plain | fields)), at)


def catalog_of(*drafts: int, sighted: tuple[int, ...] = (), state: DraftState = DraftState.FOUND) -> Catalog:
    """The R1 of these numbers as drafts, or sighted; ten numbers are known."""
    catalog = Catalog()
    catalog.learn_numbers({number: a_known(0) for number in range(1, 11)})
    for number in drafts:
        draft = replace(a_draft(), id=f"D{number:04d}R1", number=number, state=state)
        catalog.learn_drafts([draft])
        catalog.learn_files([a_tracked(a_name(number))])
    catalog.learn_observations([an_observation(a_name(number)) for number in sighted], ())
    return catalog


REVISIT = 1800.0
PATIENCE = timedelta(seconds=6)


NOW = NOON.timestamp()


CHOSEN = settings(prober={"base_url": "https://isocpp.org/files/papers/", "requests_per_hour": 3600}).prober


def a_state(strategy: Strategy) -> ProberState:
    catalog = Catalog()
    numbers = range(1, 401)
    catalog.learn_numbers({number: a_known(0) for number in numbers})
    last = NOON.date().toordinal()
    catalog.learn_entries(
        DatedRevision(number=number, revision=0, day=last - 900 + 2 * number, authors=()) for number in numbers
    )
    catalog.learn_observations([an_observation(a_name(9))], ())
    work = WorkQueue(
        Scheduler(strategy, REVISIT, {}),
        RecheckQueue(REVISIT, slack=2.0),
        catalog,
        FrontMatterQueue((), NOON, PATIENCE),
    )
    work.begin(NOON)
    state = ProberState(CHOSEN, catalog, work, hosts.restored(CHOSEN, (None, Belief.NO_ANSWER), None, NOW), ON)
    replan(state)
    return state


def replan(state: ProberState, hours: int = 0) -> None:
    for _ in state.replan(NOON + timedelta(hours=hours)):
        pass
