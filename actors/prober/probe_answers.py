"""What operators are told of a number and of names that they wanted to be asked. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from actors.prober.announce.notices import clock
from actors.prober.catalog import Memory
from actors.prober.detection.observations import Kind, Sighting, Trust
from actors.prober.frontmatter.queue import without_text
from actors.prober.model import names
from actors.prober.schedule.scheduler import Agenda, Outlook
from messages.drafts import DraftState
from messages.inquiries import ExplainNumber, NameAnswer, NameOutlook, NumberExplained
from messages.papers import Paper
from messages.probing import DraftName, ProbeResult, Verdict

SEEN = {Kind.APPEARED: "is there", Kind.CHANGED: "is not as it was", Kind.GONE: "is gone"}

NOT_ASKED = "nothing: the host wanted no more questions"
ASKED_AGAIN = "nothing: it says neither that the file is there nor that it is missing"


def explained(
    query: ExplainNumber,
    memory: Memory,
    agenda: Agenda,
    strategy: str,
    newest: Paper | None,
    reasons: tuple[str, ...],
    now: datetime,
) -> NumberExplained:
    """All that is known of a number."""
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
        strategy=strategy,
        why=outlook.why,
        interval=outlook.interval,
        asked_at=_moment(outlook.asked.at if outlook.asked else None),
        due_at=_moment(outlook.due_at),
        failed_at=_moment(outlook.failed_at),
        names=tuple(_name_outlook(name, every, outlook) for name, every in outlook.names),
        drafts=tuple(sorted(map(without_text, drafts), key=lambda draft: (draft.revision, draft.id))),
        sighted=tuple(sorted(_sighted(sighting) for sighting in sighted)),
        reasons=reasons,
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
