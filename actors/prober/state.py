"""All that the prober holds in memory, and what a batch makes of it. The prober owns one, and changes it only after a
commit; nothing here reads a clock or a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from actors.prober.detection import evaluate
from actors.prober.detection.evaluate import Decision
from actors.prober.detection.recheck import Patience
from actors.prober.frontmatter import queue
from actors.prober.model.batch import Portion
from actors.prober.model.catalog import Memory
from actors.prober.model.observations import Trust
from actors.prober.model.wording import clock
from actors.prober.politeness import host as hosts
from actors.prober.politeness import rate_limiter, status
from actors.prober.politeness.host import Host, Switch
from actors.prober.schedule.scheduler import Progress
from actors.prober.schedule.work_queue import Work
from messages.drafts import DraftsQuery, DraftsReply
from messages.health import ActorStatus, HealthReason, ProberSnapshot
from messages.papers import Paper
from messages.probing import DraftName, FilesRead, Network, ProbeResults, Verdict
from messages.settings import ProberSettings
from messages.switching import Probing

LONGEST_WAIT = 15.0
"""Seconds that somebody who wants a name to be asked now has patience with the host's pace."""

CHANGED = 1.25
"""By this factor what the host allows may change without the schedule being made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What follows from a batch, not yet applied: for drafts and names, for the agenda, for the host."""

    decision: Decision
    progress: Progress
    host: Host


class Desk:
    """The memory, the work, the host and the kill switch."""

    def __init__(self, chosen: ProberSettings, memory: Memory, work: Work, host: Host, switch: Switch) -> None:
        self._chosen = chosen
        self.memory = memory
        self.work = work
        self.host = host
        self.switch = switch
        self._planned: float | None = None

    @property
    def strategy(self) -> str:
        """The schedule's strategy, by its name in the configuration."""
        return self._chosen.strategy

    @property
    def is_on(self) -> bool:
        """Whether the host may be asked at all, as far as we are concerned."""
        return self.switch.probing is Probing.ON

    def survey(self, now: datetime) -> Iterator[int]:
        """Bring the schedule in line, with what numbers are like and with what the host allows; see `Agenda.survey`."""
        self._planned = rate_limiter.sustained(self.host.pace)
        self.work.agenda.spend(self._planned)
        return self.work.agenda.survey(self.memory.circumstances(now.date()), now.timestamp())

    @property
    def is_out_of_line(self) -> bool:
        """Whether the host allows much more or less by now than the schedule was made for."""
        allowed, planned = rate_limiter.sustained(self.host.pace), self._planned
        return planned is not None and not planned / CHANGED < allowed < planned * CHANGED

    def confirmed_numbers(self, batch: ProbeResults, portion: Portion) -> set[int]:
        """The numbers of which a second look may have found a draft: their predecessors are wanted for `weigh`."""
        looks = set(portion.looks)
        return {each.name.number for each in batch.results if each.verdict is Verdict.HIT and each.name in looks}

    def weigh(
        self,
        batch: ProbeResults,
        portion: Portion,
        given_at: datetime,
        predecessors: Mapping[int, Paper],
        now: datetime,
    ) -> Weighed:
        """What the answers to a portion mean."""
        known = evaluate.Known(
            drafts=self.memory.drafts,
            sightings=self.memory.sightings,
            tracked=self.memory.tracked,
            numbers=self.memory.known,
            predecessors=predecessors,
            missing_at=self._missing_at,
            alert_within=self._chosen.alert_modified_within,
            plausible=self._chosen.plausible_drafts,
            patience=self._patience,
            base_url=self._chosen.base_url,
        )
        decision = evaluate.weigh(known, batch, frozenset(portion.looks), self.host.belief, now)
        return Weighed(
            decision=decision,
            progress=self.work.progress(portion, decision, given_at, now),
            host=hosts.heard(self.host, batch, decision, now.timestamp()),
        )

    def settle(self, portion: Portion, weighed: Weighed, now: datetime) -> None:
        """What was weighed is stored: let it be so."""
        decision = weighed.decision
        self.host = weighed.host
        self.memory.learn_drafts(decision.drafts)
        self.memory.learn_files(decision.tracked)
        self.memory.learn_sightings(decision.seen, decision.over)
        self.work.apply(portion, decision, weighed.progress, now)

    def stay(self, portion: Portion, host: Host) -> None:
        """Our network was away: nothing was learnt, and nothing is held against the host."""
        self.host = host
        self.work.give_back(portion)

    def weigh_reading(self, answer: FilesRead, now: datetime) -> queue.Told:
        """What the files that were read say; nothing when our network was away."""
        results = answer.readings if answer.network is not Network.AWAY else ()
        return queue.weigh(self.work.readings.wanted, self.memory.drafts, results, now)

    def wants(self, decision: Decision, now: datetime) -> queue.Told:
        """The drafts of a batch whose front matter is to be read."""
        changed = [update.draft for update in decision.revised.updates]
        return queue.wanted_of(decision.absorbed.fresh, changed, self.work.readings.wanted, now)

    def overdue(self, now: datetime) -> queue.Told:
        """The fresh drafts that have waited for their front matter long enough."""
        return queue.overdue(self.work.readings.wanted, self.memory.drafts, now)

    def learn(self, told: queue.Told) -> None:
        """What was decided of front matter is stored."""
        self.memory.learn_drafts(told.read)
        self.work.readings.learn(told)

    def newest(self, query: DraftsQuery) -> DraftsReply:
        """The drafts found last."""
        return DraftsReply(request_id=query.request_id, drafts=self.memory.newest_drafts(query.limit, query.number))

    def snapshot(self, request_id: str, status: ActorStatus, now: float) -> ProberSnapshot:
        """How it stands; the reasons are added to its status by the caller."""
        allowed, agenda, memory = self.host.pace, self.work.agenda, self.memory
        return ProberSnapshot(
            request_id=request_id,
            status=status,
            frontier=memory.frontier,
            hot=agenda.hot,
            cold=agenda.cold,
            late=agenda.late(now),
            drafts=len(memory.drafts),
            followed=self.work.followed,
            held=sum(sighting.trust is Trust.HELD for sighting in memory.sightings.values()),
            probing=self.switch.probing,
            rate=allowed.rate * 3600,
            breaker=allowed.breaker.value,
            paused_until=datetime.fromtimestamp(allowed.paused_until, UTC) if allowed.paused_until > now else None,
        )

    def reasons(self, now: float) -> tuple[HealthReason, ...]:
        """Why it is degraded."""
        return status.of(self.host, self.switch, self.memory.sightings.values(), now)

    def refusal(self, now: float) -> str | None:
        """Why a wish to ask now cannot be fulfilled, in a sentence; None if it can, within `LONGEST_WAIT` seconds."""
        allowed, at = self.host.pace, rate_limiter.grant(self.host.pace).at
        is_forbidden = hosts.next_step(self.host, now) is hosts.Next.NOTHING
        is_tried = allowed.breaker is not rate_limiter.Breaker.CLOSED or allowed.offline > 0
        if self.switch.probing is Probing.DISABLED:
            return hosts.DISABLED_DETAIL
        if self.is_on and not is_forbidden and not is_tried and at - now <= LONGEST_WAIT:
            return None
        why = "; ".join(reason.text for reason in self.reasons(now)) or f"{self.host.name} wants to be asked no sooner"
        when = f", not before {clock(datetime.fromtimestamp(at, UTC))}" if at - now > LONGEST_WAIT else ""
        return f"nothing is asked now{when}: {why}"

    def _missing_at(self, name: DraftName) -> datetime | None:
        at = self.work.agenda.missing_at(name)
        return None if at is None else datetime.fromtimestamp(at, UTC)

    @property
    def _patience(self) -> Patience:
        chosen = self._chosen
        gone = max(chosen.min_revisit, chosen.confirm_after)
        return Patience(confirm=chosen.confirm_after, gone=gone, hold=chosen.hold_for, longest=chosen.min_revisit)
