"""What operators ask the prober: to probe names now, each request as a batch of its own, and to explain a number."""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

from thespian.actors import ActorAddress

from actors.prober.model import names
from actors.prober.model.catalog import Catalog
from actors.prober.model.observations import Observation, ObservationKind, Trust
from actors.prober.model.wording import clock
from actors.prober.schedule.scheduler import NumberOutlook
from actors.prober.state import ProberState
from actors.runtime.actor import CallboardActor
from messages.drafts import DraftState
from messages.inquiries import AskNames, AskRefused, ExplainNumber, NameAnswer, NameOutlook, NamesAsked, NumberExplained
from messages.papers import Paper
from messages.probing import DraftName, Network, ProbeResult, ProbeResults, Verdict

MAX_WAITING_REQUESTS = 20
"""More requests than this are refused: each waits for its turn under the rate limit."""

TOO_MANY_WAITING = f"{MAX_WAITING_REQUESTS} requests are waiting already: try again when they have been answered"

SEEN = MappingProxyType(
    {
        ObservationKind.APPEARED: "was found",
        ObservationKind.CHANGED: "has changed",
        ObservationKind.GONE: "is gone",
    }
)

NOT_REQUESTED = "nothing: the host wanted no more requests"
UNSCHEDULED = "nothing: it is not on the schedule, and is requested only when you ask for it"
INCONCLUSIVE = "nothing: the answer says neither that the file is there nor that it is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest:
    """A command and the address to answer."""

    command: AskNames
    sender: ActorAddress


class OperatorProbes:
    """Owned by the prober. Each request gets one reply: the answers, or the reason why there are none."""

    def __init__(self, actor: CallboardActor) -> None:
        self._actor = actor
        self._waiting: deque[ProbeRequest] = deque()
        self._in_flight: ProbeRequest | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether any request has not been sent yet."""
        return bool(self._waiting)

    def add(self, command: AskNames, sender: ActorAddress) -> None:
        """Queue a request, or refuse it if too many are waiting."""
        request = ProbeRequest(command=command, sender=sender)
        if len(self._waiting) >= MAX_WAITING_REQUESTS:
            self._refuse(request, TOO_MANY_WAITING)
        else:
            self._waiting.append(request)

    def take(self) -> tuple[DraftName, ...]:
        """The names of the next request, which is sent now; none if there is no request."""
        self._in_flight = self._waiting.popleft() if self._waiting else None
        return self._in_flight.command.names if self._in_flight else ()

    def answer(self, probed: ProbeResults, state: ProberState, today: date) -> None:
        """The last batch has its answers, and `state` has taken them over."""
        if self._in_flight is None:
            return
        if probed.network is Network.AWAY:
            self.lost("no host can be reached: our own network is down")
            return
        request, self._in_flight = self._in_flight, None
        requested = request.command.names
        scheduled = state.names_on_schedule({name.number for name in requested}, today)
        unscheduled = [name for name in requested if name not in scheduled]
        replies = answers(state.catalog, requested, probed.results, unscheduled)
        reply = NamesAsked(request_id=request.command.request_id, answers=replies, requests=probed.requests)
        self._actor.send(request.sender, reply)

    def lost(self, detail: str) -> None:
        """The last batch will get no answers."""
        if self._in_flight is not None:
            self._refuse(self._in_flight, detail)
            self._in_flight = None

    def refuse_all(self, detail: str) -> None:
        """Nothing may be requested now."""
        while self._waiting:
            self._refuse(self._waiting.popleft(), detail)

    def _refuse(self, request: ProbeRequest, detail: str) -> None:
        self._actor.send(request.sender, AskRefused(request_id=request.command.request_id, detail=detail))


def explained(query: ExplainNumber, newest: Paper | None, state: ProberState, now: datetime) -> NumberExplained:
    """All that is known about a number. `newest` is its newest entry in the index."""
    catalog, scheduler = state.catalog, state.work_queue.scheduler
    number, known = query.number, catalog.known.get(query.number)
    outlook = scheduler.outlook(number, catalog.inputs(now.date()))
    drafts = (draft for draft in catalog.drafts.values() if draft.number == number)
    observed = (observation for name, observation in catalog.observations.items() if name.number == number)
    return NumberExplained(
        request_id=query.request_id,
        number=number,
        newest=newest,
        revisions=tuple(sorted(known.revisions)) if known else (),
        frontier=catalog.frontier,
        watched=number in catalog.watched,
        strategy=state.strategy,
        why=outlook.why,
        interval=outlook.interval,
        asked_at=_asked_at(number, outlook, catalog),
        due_at=_moment(outlook.due_at),
        failed_at=_moment(outlook.failed_at),
        names=_name_outlooks(number, outlook),
        drafts=tuple(sorted(drafts, key=lambda draft: (draft.revision, draft.id))),
        sighted=tuple(sorted(_observed(observation) for observation in observed)),
        reasons=tuple(reason.text for reason in state.reasons(now.timestamp())),
    )


def answers(
    catalog: Catalog,
    requested: Iterable[DraftName],
    results: Iterable[ProbeResult],
    unscheduled: Collection[DraftName] = (),
) -> tuple[NameAnswer, ...]:
    """The answers for the requested names, and what follows. `catalog` has taken them over; `unscheduled` are names
    that are not on the schedule."""
    by_name = {result.name: result for result in results}
    return tuple(_answer(catalog, name, by_name.get(name), name not in unscheduled) for name in requested)


def _answer(catalog: Catalog, name: DraftName, result: ProbeResult | None, is_scheduled: bool) -> NameAnswer:
    return NameAnswer(
        name=names.text_of(name),
        verdict=None if result is None else result.verdict,
        status=None if result is None else result.status,
        last_modified=None if result is None else result.last_modified,
        length=None if result is None else result.length,
        error="" if result is None else result.error,
        follows=NOT_REQUESTED if result is None else _follows(catalog, name, result.verdict, is_scheduled),
    )


def _follows(catalog: Catalog, name: DraftName, verdict: Verdict, is_scheduled: bool) -> str:
    if (observation := catalog.observations.get(name)) is not None:
        return _observed(observation)
    if name in catalog.tracked:
        draft = catalog.draft_of(name)
        state = "" if draft.state is DraftState.FOUND else f", {draft.state.value}"
        return f"a file of {draft.id}, {draft.announcement.value}{state}"
    match verdict:
        case Verdict.MISSING:
            return "it is requested again when its turn comes" if is_scheduled else UNSCHEDULED
        case Verdict.HIT:
            return "nothing: the host answers for names that cannot exist, or did not answer for one"
        case _:
            return INCONCLUSIVE


def _observed(observation: Observation) -> str:
    held = ", quarantined with too many others" if observation.trust is Trust.QUARANTINED else ""
    seen = f"{names.text_of(observation.name)} {SEEN[observation.kind]}{held}"
    return f"{seen}: checked again at {clock(observation.recheck_at)} before it is announced"


def _name_outlooks(number: int, outlook: NumberOutlook) -> tuple[NameOutlook, ...]:
    """The names on the schedule, and those that were missing when somebody asked for them."""
    missing = outlook.last_probe.missing if outlook.last_probe else {}
    scheduled = dict(outlook.names)
    others = sorted((names.of_short(number, short) for short in missing), key=names.text_of)
    every = {**scheduled, **{name: 0 for name in others if name not in scheduled}}
    return tuple(
        NameOutlook(name=names.text_of(name), every=times, missing_at=_moment(missing.get(names.short(name))))
        for name, times in every.items()
    )


def _asked_at(number: int, outlook: NumberOutlook, catalog: Catalog) -> datetime | None:
    """When one of its names was last asked for."""
    last = outlook.last_probe
    files = (each.checked_at.timestamp() for each in catalog.tracked.values() if each.name.number == number)
    times = (*files, *(last.missing.values() if last else ()), *((last.at,) if last and last.at is not None else ()))
    return _moment(max(times, default=None))


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(max(at, 0.0), UTC)
