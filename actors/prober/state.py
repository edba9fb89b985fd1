"""Everything the prober holds in memory, and what a batch makes of it. The prober owns one ProberState and changes it
only after a commit. Nothing here reads a clock or a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from actors.prober.detection import evaluate
from actors.prober.detection.evaluate import BatchDecision
from actors.prober.detection.flips import SETTLED_AFTER
from actors.prober.detection.looks import RecheckDelays
from actors.prober.frontmatter import queue
from actors.prober.frontmatter.queue import FrontMatterDecision
from actors.prober.model.batch import Batch
from actors.prober.model.catalog import Catalog, is_ahead_of_index
from actors.prober.model.file_history import FileHistory
from actors.prober.model.names import text_of
from actors.prober.model.observations import Trust
from actors.prober.model.wording import clock
from actors.prober.politeness import host as hosts
from actors.prober.politeness import rate_limiter, status
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.politeness.policy import has_contact
from actors.prober.schedule import pace
from actors.prober.schedule.scheduler import ScheduleProgress
from actors.prober.schedule.work_queue import WorkQueue
from actors.runtime.durations import duration_text
from messages.activity import Discovery, ProbeActivity
from messages.drafts import Draft, DraftsQuery, DraftsReply
from messages.health import ActorStatus, HealthReason, ProberSnapshot
from messages.papers import Paper
from messages.probing import DraftName, FilesRead, Network, ProbeResults, Verdict
from messages.settings import ProberSettings
from messages.switching import Probing

MAX_OPERATOR_WAIT_SECONDS = 15.0
"""An operator's probe is refused if the rate limit would delay it for longer."""

REPLAN_RATE_FACTOR = 1.25
"""The schedule is replanned when the allowed rate changes by more than this factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedBatch:
    """What follows from a batch, not yet applied: for drafts and names, for the schedule, for the host."""

    decision: BatchDecision
    progress: ScheduleProgress
    host: Host


class ProberState:
    """The catalog, the work queue, the host and the kill switch."""

    def __init__(
        self, chosen: ProberSettings, catalog: Catalog, work_queue: WorkQueue, host: Host, switch: KillSwitch
    ) -> None:
        self._chosen = chosen
        self.catalog = catalog
        self.work_queue = work_queue
        self.host = host
        self.switch = switch
        self._planned_rate: float | None = None
        self._verdicts: Counter[Verdict] = Counter()
        self._last_hit: tuple[str, datetime] | None = None

    @property
    def strategy(self) -> str:
        """The schedule's strategy, by its name in the configuration."""
        return self._chosen.strategy

    @property
    def is_on(self) -> bool:
        """Whether the kill switch and the configuration let us probe."""
        return self.switch.probing is Probing.ON

    @property
    def numbers_on_schedule(self) -> int:
        """How many numbers are asked for, as of the last replan."""
        return self.work_queue.scheduler.hot + self.work_queue.scheduler.cold

    def names_on_schedule(self, numbers: Iterable[int], today: date) -> frozenset[DraftName]:
        """The names of these numbers that are asked for, each time or at times."""
        inputs, scheduler = self.catalog.inputs(today), self.work_queue.scheduler
        return frozenset(name for number in numbers for name, _ in scheduler.outlook(number, inputs).names)

    def outlook_in_words(self, now: datetime) -> str:
        """What is asked for how often, and when the next request is, or why there is none."""
        scheduler, policy = self.work_queue.scheduler, self.host.policy
        count = self.numbers_on_schedule
        asked = "1 paper number is asked for" if count == 1 else f"{count:,} paper numbers are asked for"
        often = f"every {duration_text(timedelta(seconds=self._chosen.min_revisit))} or more often"
        asked += f", {scheduler.hot:,} of them {often}" if scheduler.hot else ", each in its turn"
        if not self.is_on:
            return f"{asked}, but not now: probing is {self.switch.probing.value}"
        due = self.work_queue.next_at() or 0.0
        at = datetime.fromtimestamp(max(due, rate_limiter.grant(self.host.rate_limit).at, now.timestamp()), UTC)
        rate = f"{policy.budget * 3600:,.0f} requests an hour on average"
        return f"{asked}; {rate}, the next at {at:%H:%M:%S} UTC"

    def replan(self, now: datetime) -> Iterator[int]:
        """Plan the schedule for what is known, for the pace of these hours and for the rate that the host allows; see
        `Scheduler.replan`."""
        was_free = self.host.rate_limit.rate >= self.host.rate_limit.policy.budget
        self.host = hosts.paced(self.host, self._pace(now))
        limit = self.host.rate_limit
        self._planned_rate = limit.policy.budget if was_free else rate_limiter.sustained(limit)
        self.work_queue.scheduler.spend(self._planned_rate)
        self.catalog.mentions.forget(now.date().toordinal())
        return self.work_queue.scheduler.replan(self.catalog.inputs(now.date()), now.timestamp())

    def _pace(self, now: datetime) -> float:
        """How fast to spend the budget now, as a multiple of its mean. The two-frequency strategy spends it evenly, and
        so do we until the index is known."""
        history, policy = self.catalog.history, hosts.allowed_policy(self.host)
        if self._chosen.strategy == "two-frequency" or not len(history):
            return 1.0
        moment, today = now.astimezone(UTC), hosts.day_of(now.timestamp())
        expected = pace.forecast(history.revisions_by_day, today, pace.hours_of(self.catalog.upload_hours()))
        return expected.pace(
            fraction=(moment.hour * 60 + moment.minute) / 1440,
            found=history.revisions_by_day.get(today, 0),
            overspent_days=hosts.overspent_days(self.host, now.timestamp()),
            fastest=policy.peak / policy.budget,
        )

    @property
    def needs_replan(self) -> bool:
        """Whether the host now allows much more or much less than the schedule was planned for."""
        allowed, planned = rate_limiter.sustained(self.host.rate_limit), self._planned_rate
        return planned is not None and not planned / REPLAN_RATE_FACTOR < allowed < planned * REPLAN_RATE_FACTOR

    def confirmed_numbers(self, probed: ProbeResults, batch: Batch) -> set[int]:
        """The numbers for which a second look may have found a draft. `evaluate` needs their predecessors."""
        rechecks = set(batch.rechecks)
        return {each.name.number for each in probed.results if each.verdict is Verdict.HIT and each.name in rechecks}

    def evaluate(
        self,
        probed: ProbeResults,
        batch: Batch,
        given_at: datetime,
        predecessors: Mapping[int, Paper],
        now: datetime,
    ) -> EvaluatedBatch:
        """What the answers to a batch mean."""
        context = evaluate.EvaluationContext(
            drafts=self.catalog.drafts,
            observations=self.catalog.observations,
            tracked=self.catalog.tracked,
            numbers=self.catalog.known,
            predecessors=predecessors,
            missing_at=self._missing_at,
            alert_within=self._chosen.alert_modified_within,
            plausible=self._chosen.plausible_drafts,
            delays=self._delays,
            base_url=self._chosen.base_url,
            histories=self.catalog.histories,
        )
        decision = evaluate.evaluate(context, probed, frozenset(batch.rechecks), self.host.belief, now)
        return EvaluatedBatch(
            decision=decision,
            progress=self.work_queue.progress(batch, decision, given_at, now),
            host=hosts.after_batch(self.host, probed, decision, now.timestamp()),
        )

    def apply(self, batch: Batch, evaluated: EvaluatedBatch, now: datetime) -> None:
        """Take over what is stored by now."""
        decision = evaluated.decision
        self.host = evaluated.host
        self.catalog.learn_drafts(decision.drafts)
        self.catalog.learn_files(decision.tracked)
        self.catalog.learn_observations(decision.seen, decision.over)
        self.catalog.learn_histories(decision.histories, decision.settled)
        self.work_queue.apply(batch, decision, evaluated.progress, now)

    def network_away(self, batch: Batch, host: Host) -> None:
        """Our own network was down. We learned nothing, and the host is not to blame."""
        self.host = host
        self.work_queue.give_back(batch)

    def front_matter_read(self, answer: FilesRead, drafts: Mapping[str, Draft], now: datetime) -> FrontMatterDecision:
        """What follows from the files that were read; nothing if our network was down. `drafts` are their drafts, with
        their text."""
        results = answer.readings if answer.network is not Network.AWAY else ()
        return queue.decide(self.work_queue.front_matter.jobs, drafts, results, now)

    def front_matter_jobs(self, decision: BatchDecision, now: datetime) -> FrontMatterDecision:
        """The drafts of a batch whose front matter has to be read."""
        changed = [update.draft for update in decision.updates]
        known = self.work_queue.front_matter
        return queue.jobs_for(decision.absorbed.fresh, changed, known.jobs, now, known.patience)

    def overdue_announcements(self, drafts: Mapping[str, Draft], now: datetime) -> FrontMatterDecision:
        """The new drafts that have waited long enough for their front matter. `drafts` have their text."""
        return queue.overdue(self.work_queue.front_matter.jobs, drafts, now)

    def learn_front_matter(self, decision: FrontMatterDecision) -> None:
        """Take over a stored decision about front matter."""
        self.catalog.learn_drafts(decision.read)
        self.work_queue.front_matter.apply(decision)

    def newest_drafts(self, query: DraftsQuery) -> DraftsReply:
        """The drafts that were found last."""
        return DraftsReply(request_id=query.request_id, drafts=self.catalog.newest_drafts(query.limit, query.number))

    def snapshot(self, request_id: str, status: ActorStatus, now: float) -> ProberSnapshot:
        """The prober's health. The caller has put the reasons into `status`."""
        limit, scheduler, catalog = self.host.rate_limit, self.work_queue.scheduler, self.catalog
        return ProberSnapshot(
            request_id=request_id,
            status=status,
            frontier=catalog.frontier,
            hot=scheduler.hot,
            cold=scheduler.cold,
            late=scheduler.late(now),
            drafts=len(catalog.drafts),
            followed=self.work_queue.followed,
            held=sum(observation.trust is Trust.QUARANTINED for observation in catalog.observations.values()),
            probing=self.switch.probing,
            rate=limit.rate * 3600,
            budget=self.host.policy.budget * 3600,
            contact=has_contact(self._chosen),
            breaker=limit.breaker.value,
            paused_until=datetime.fromtimestamp(limit.paused_until, UTC) if limit.paused_until > now else None,
            activity=self._activity(now),
        )

    def _activity(self, now: float) -> ProbeActivity:
        newest = next(iter(self.catalog.newest_drafts(1, None)), None)
        name, at = self._last_hit or ("", None)
        return ProbeActivity(
            requests_last_hour=hosts.requests_within(self.host, 3600, now),
            requests_last_day=hosts.requests_within(self.host, hosts.DAY_SECONDS, now),
            verdicts=tuple(sorted((verdict.value, count) for verdict, count in self._verdicts.items())),
            last_hit=name,
            last_hit_at=at,
            last_draft=None if newest is None else _discovery_of(newest),
            upstream=status.site(self.host, self.switch, now),
        )

    def count_verdicts(self, probed: ProbeResults, now: datetime) -> None:
        """Remember what the answers of a batch said."""
        self._verdicts.update(result.verdict for result in probed.results)
        hits = [result.name for result in probed.results if result.verdict in (Verdict.HIT, Verdict.UNCHANGED)]
        if hits:
            self._last_hit = (text_of(hits[-1]), now)

    def reasons(self, now: float) -> tuple[HealthReason, ...]:
        """Why the prober is degraded."""
        not_served = status.of_withheld(self.host, self.work_queue.front_matter)
        flipping = [history for history in self.catalog.histories.values() if self._is_flipping(history, now)]
        of_files = (*not_served, *status.of_flipping(self.host, flipping))
        return (*status.of(self.host, self.switch, self.catalog.observations.values(), now), *of_files)

    @property
    def withheld(self) -> frozenset[str]:
        """The ids of the drafts that are not announced until their files are served."""
        return frozenset(job.draft for job in self.work_queue.front_matter.withheld)

    def _is_flipping(self, history: FileHistory, now: float) -> bool:
        """Whether a file goes back and forth whose draft is still followed."""
        lately = history.current.at.timestamp() > now - 2 * SETTLED_AFTER.total_seconds()
        is_followed = is_ahead_of_index(self.catalog.draft_of(history.name), self.catalog.known)
        return history.damped_since is not None and lately and is_followed

    def refusal(self, now: float) -> str | None:
        """Why an operator's probe cannot be sent soon, in a sentence; None if it can."""
        limit, at = self.host.rate_limit, rate_limiter.grant(self.host.rate_limit).at
        is_forbidden = hosts.next_step(self.host, now) is hosts.NextStep.NOTHING
        is_trial = limit.breaker is not rate_limiter.BreakerState.CLOSED or limit.offline > 0
        if self.switch.probing is Probing.DISABLED:
            return hosts.DISABLED_DETAIL
        if self.is_on and not is_forbidden and not is_trial and at - now <= MAX_OPERATOR_WAIT_SECONDS:
            return None
        reasons = "; ".join(reason.text for reason in self.reasons(now))
        why = reasons or f"the rate limit for {self.host.name} does not allow it sooner"
        when = f" before {clock(datetime.fromtimestamp(at, UTC))}" if at - now > MAX_OPERATOR_WAIT_SECONDS else ""
        return f"nothing can be requested{when or ' now'}: {why}"

    def _missing_at(self, name: DraftName) -> datetime | None:
        at = self.work_queue.scheduler.missing_at(name)
        return None if at is None else datetime.fromtimestamp(at, UTC)

    @property
    def _delays(self) -> RecheckDelays:
        chosen = self._chosen
        gone = max(chosen.min_revisit, chosen.confirm_after)
        return RecheckDelays(confirm=chosen.confirm_after, gone=gone, hold=chosen.hold_for, longest=chosen.min_revisit)


def _discovery_of(draft: Draft) -> Discovery:
    return Discovery(id=draft.id, at=draft.found_at, url=draft.files[0].url if draft.files else "")
