"""Operators' wishes to ask for names now: each is one batch of its own, asked and weighed as any other."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from thespian.actors import ActorAddress

from actors.prober.model import names
from actors.prober.model.catalog import Memory, without_text
from actors.prober.model.observations import Kind, Sighting, Trust
from actors.prober.model.wording import clock
from actors.prober.schedule.scheduler import Outlook
from actors.prober.state import Desk
from actors.runtime.actor import CallboardActor
from messages.drafts import DraftState
from messages.inquiries import AskNames, AskRefused, ExplainNumber, NameAnswer, NameOutlook, NamesAsked, NumberExplained
from messages.papers import Paper
from messages.probing import DraftName, Network, ProbeResult, ProbeResults, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A command, and who is to be answered."""

    command: AskNames
    sender: ActorAddress


class Inquiries:
    """Owned by the prober. Each wish is answered once: with what was answered, or with why nothing was."""

    def __init__(self, actor: CallboardActor) -> None:
        self._actor = actor
        self._waiting: deque[Wish] = deque()
        self._given: Wish | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether there are wishes that were not taken yet."""
        return bool(self._waiting)

    def wish(self, command: AskNames, sender: ActorAddress) -> None:
        """Ask for these when it is allowed."""
        self._waiting.append(Wish(command=command, sender=sender))

    def take(self) -> tuple[DraftName, ...]:
        """The names of the next wish, which are given out now; none without one."""
        self._given = self._waiting.popleft() if self._waiting else None
        return self._given.command.names if self._given else ()

    def heard(self, batch: ProbeResults, memory: Memory) -> None:
        """The batch given out last is over, and `memory` has learnt what it said."""
        if self._given is None:
            return
        if batch.network is Network.AWAY:
            self.lost("no host can be reached: it is our network")
            return
        wish, self._given = self._given, None
        told = answers(memory, wish.command.names, batch.results)
        reply = NamesAsked(request_id=wish.command.request_id, answers=told, requests=batch.requests)
        self._actor.send(wish.sender, reply)

    def lost(self, detail: str) -> None:
        """No answer will come to the batch given out last."""
        if self._given is not None:
            self._refuse(self._given, detail)
            self._given = None

    def refuse(self, detail: str) -> None:
        """Nothing may be asked now."""
        while self._waiting:
            self._refuse(self._waiting.popleft(), detail)

    def _refuse(self, wish: Wish, detail: str) -> None:
        self._actor.send(wish.sender, AskRefused(request_id=wish.command.request_id, detail=detail))


SEEN = {Kind.APPEARED: "is there", Kind.CHANGED: "is not as it was", Kind.GONE: "is gone"}

NOT_ASKED = "nothing: the host wanted no more questions"
ASKED_AGAIN = "nothing: it says neither that the file is there nor that it is missing"


def explained(query: ExplainNumber, newest: Paper | None, state: Desk, now: datetime) -> NumberExplained:
    """All that is known of a number, whose newest entry in the index is `newest`."""
    memory, agenda = state.memory, state.work.agenda
    number, known = query.number, memory.known.get(query.number)
    outlook = agenda.outlook(number, memory.circumstances(now.date()))
    drafts = (draft for draft in memory.drafts.values() if draft.number == number)
    sighted = (sighting for name, sighting in memory.sightings.items() if name.number == number)
    return NumberExplained(
        request_id=query.request_id,
        number=number,
        newest=newest,
        revisions=tuple(sorted(known.revisions)) if known else (),
        frontier=memory.frontier,
        watched=number in memory.watched,
        strategy=state.strategy,
        why=outlook.why,
        interval=outlook.interval,
        asked_at=_moment(outlook.asked.at if outlook.asked else None),
        due_at=_moment(outlook.due_at),
        failed_at=_moment(outlook.failed_at),
        names=tuple(_name_outlook(name, every, outlook) for name, every in outlook.names),
        drafts=tuple(sorted(map(without_text, drafts), key=lambda draft: (draft.revision, draft.id))),
        sighted=tuple(sorted(_sighted(sighting) for sighting in sighted)),
        reasons=tuple(reason.text for reason in state.reasons(now.timestamp())),
    )


def answers(memory: Memory, wished: Iterable[DraftName], results: Iterable[ProbeResult]) -> tuple[NameAnswer, ...]:
    """What was answered for names, and what comes of it: `memory` has learnt it."""
    by_name = {result.name: result for result in results}
    return tuple(_answer(memory, name, by_name.get(name)) for name in wished)


def _answer(memory: Memory, name: DraftName, result: ProbeResult | None) -> NameAnswer:
    return NameAnswer(
        name=names.text_of(name),
        verdict=None if result is None else result.verdict,
        status=None if result is None else result.status,
        last_modified=None if result is None else result.last_modified,
        length=None if result is None else result.length,
        error="" if result is None else result.error,
        follows=NOT_ASKED if result is None else _follows(memory, name, result.verdict),
    )


def _follows(memory: Memory, name: DraftName, verdict: Verdict) -> str:
    if (sighting := memory.sightings.get(name)) is not None:
        return _sighted(sighting)
    if name in memory.tracked:
        draft = memory.draft_of(name)
        state = "" if draft.state is DraftState.FOUND else f", {draft.state.value}"
        return f"a file of {draft.id}, {draft.announcement.value}{state}"
    match verdict:
        case Verdict.MISSING:
            return "it is asked again when its turn comes"
        case Verdict.HIT:
            return "nothing: the host answers for names that cannot exist, or did not answer for one"
        case _:
            return ASKED_AGAIN


def _sighted(sighting: Sighting) -> str:
    held = ", held with too many others" if sighting.trust is Trust.HELD else ""
    seen = f"{names.text_of(sighting.name)} {SEEN[sighting.kind]}{held}"
    return f"{seen}: looked at again at {clock(sighting.look_at)} before it is told"


def _name_outlook(name: DraftName, every: int, outlook: Outlook) -> NameOutlook:
    missing = outlook.asked.missing if outlook.asked else {}
    return NameOutlook(name=names.text_of(name), every=every, missing_at=_moment(missing.get(names.short(name))))


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(max(at, 0.0), UTC)
