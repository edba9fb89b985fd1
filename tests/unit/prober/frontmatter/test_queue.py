"""Which front matter is read when, and when a fresh draft is announced."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actors.prober.frontmatter.queue import (
    DENIED_DELAYS,
    MAX_FILES_PER_BATCH,
    REFUSALS_BELIEVED,
    RETRY_DELAYS,
    AnnouncementStatus,
    FrontMatterDecision,
    FrontMatterQueue,
    decide,
    jobs_for,
    overdue,
)
from actors.prober.model import names
from messages.drafts import Draft, DraftFile, DraftReading, DraftState, Extension, FrontMatter
from messages.probing import Contact, FileReading, Verdict
from tests.builders import NOON
from tests.prober_builders import PATIENCE
from tests.watching_builders import a_draft

SECOND = timedelta(seconds=1)
MATTER = FrontMatter(title="A title", authors=("Jane Doe",), audience=("LEWG",), date=date(2025, 1, 2), text="A title")


def both(draft: Draft) -> Draft:
    files = tuple(
        DraftFile(
            extension=extension, url=f"http://127.0.0.1:9/{draft.id}.{extension.value}", last_modified=None, length=1
        )
        for extension in Extension
    )
    return replace(draft, files=files)


def came(draft: Draft, verdict: Verdict = Verdict.HIT, tries: int = 0, **fields: Any) -> FileReading:
    there = [Extension.HTML, Extension.PDF] if len(draft.files) == 2 else [Extension.PDF]
    plain: dict[str, Any] = {"front_matter": None, "retry_after": None, "contact": Contact.ANSWERED, "error": "so"}
    return FileReading(name=names.file_name(draft, there[tries % len(there)]), verdict=verdict, **(plain | fields))


class QueueRun:
    """A sequence of events on one draft, each stored and applied."""

    def __init__(self, draft: Draft) -> None:
        self.drafts = {draft.id: draft}
        self.readings = FrontMatterQueue((), NOON, PATIENCE)

    def apply(self, told: FrontMatterDecision) -> FrontMatterDecision:
        self.drafts |= {draft.id: draft for draft in told.read}
        self.readings.apply(told)
        return told

    def fresh(self) -> FrontMatterDecision:
        return self.apply(jobs_for(self.drafts.values(), (), self.readings.jobs, NOON, PATIENCE))

    def take(self, at: timedelta = timedelta(0)) -> list[str]:
        taken = self.readings.take(9, self.drafts, NOON + at)
        self.readings.release(taken)
        return [names.text_of(name) for name in taken]

    def come(self, reading: FileReading, at: timedelta = timedelta(0)) -> FrontMatterDecision:
        return self.apply(decide(self.readings.jobs, self.drafts, [reading], NOON + at))

    def wait(self, at: timedelta) -> FrontMatterDecision:
        return self.apply(overdue(self.readings.jobs, self.drafts, NOON + at))


def test_a_fresh_draft_is_told_with_its_front_matter() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    assert play.fresh().fresh == ()
    assert play.take() == ["D2300R11.pdf"]
    told = play.come(came(draft, front_matter=MATTER))
    assert told.fresh == told.read == (replace(draft, front_matter=MATTER),)
    assert told.readings == ()
    assert (play.readings.next_at(), play.readings.announce_at()) == (None, None)


def test_html_is_read_first_and_the_pdf_at_once_when_nobody_can_read_it() -> None:
    draft = both(a_draft())
    play = QueueRun(draft)
    play.fresh()
    assert play.take() == ["D2300R11.html"]
    assert play.come(came(draft)).fresh == ()
    assert play.take() == ["D2300R11.pdf"]
    assert play.come(came(draft, tries=1)).fresh == (draft,)
    assert play.readings.jobs == {}


def test_a_draft_that_waited_long_enough_is_told_as_it_is_and_what_it_says_when_it_is_read() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    assert play.readings.announce_at() == NOON + PATIENCE
    assert play.wait(PATIENCE - SECOND).fresh == ()
    assert play.wait(PATIENCE).fresh == (draft,)
    assert play.wait(PATIENCE + SECOND).fresh == ()
    told = play.come(came(draft, front_matter=MATTER), at=9 * SECOND)
    assert told.fresh == ()
    assert told.readings == (DraftReading(draft=replace(draft, front_matter=MATTER), before=None),)


def test_a_draft_waits_as_long_as_the_configuration_says() -> None:
    (job,) = jobs_for([a_draft()], (), {}, NOON, timedelta(minutes=2)).jobs
    assert job.announce_by == NOON + timedelta(minutes=2)


def test_a_file_that_cannot_be_had_now_is_asked_for_later_and_the_draft_told_at_once() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    assert play.come(came(draft, Verdict.BROKEN)).fresh == (draft,)
    assert play.take(RETRY_DELAYS[0] - SECOND) == []
    assert play.take(RETRY_DELAYS[0]) == ["D2300R11.pdf"]
    assert play.come(came(draft, Verdict.BROKEN), at=RETRY_DELAYS[0]).fresh == ()


def test_it_is_tried_a_few_times_and_no_more() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    tries = 0
    while play.readings.jobs:
        play.come(came(draft, Verdict.BROKEN))
        tries += 1
    assert tries == len(RETRY_DELAYS) + 1


def test_a_host_that_wants_to_be_left_alone_is() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    play.come(came(draft, Verdict.THROTTLED, retry_after=3600.0))
    assert play.readings.next_at() == NOON + timedelta(hours=1)


def test_an_updated_draft_is_read_again_and_told_only_if_it_says_something_else() -> None:
    draft = replace(a_draft(), front_matter=MATTER)
    play = QueueRun(draft)
    play.apply(jobs_for((), [draft], {}, NOON, PATIENCE))
    assert play.readings.announce_at() is None
    assert play.come(came(draft, front_matter=MATTER)).readings == ()
    play.apply(jobs_for((), [draft], {}, NOON, PATIENCE))
    other = replace(MATTER, authors=("John Roe",))
    told = play.come(came(draft, front_matter=other))
    assert told.readings == (DraftReading(draft=replace(draft, front_matter=other), before=MATTER),)


def test_an_update_of_a_draft_that_waits_changes_nothing_for_it() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    assert jobs_for((), [draft], play.readings.jobs, NOON, PATIENCE).jobs == ()


def test_a_withdrawn_draft_is_not_read_and_keeps_nobody_busy() -> None:
    play = QueueRun(replace(a_draft(), state=DraftState.WITHDRAWN))
    play.fresh()
    assert play.take() == []
    assert play.readings.next_at() == NOON + RETRY_DELAYS[-1]


def test_those_who_wait_are_read_first_a_few_at_a_time() -> None:
    old, fresh = [a_draft(n) for n in range(1, 9)], [a_draft(n) for n in range(11, 14)]
    drafts = {draft.id: draft for draft in (*old, *fresh)}
    readings = FrontMatterQueue((), NOON, PATIENCE)
    readings.apply(jobs_for((), old, {}, NOON - SECOND, PATIENCE))
    readings.apply(jobs_for(fresh, (), {}, NOON, PATIENCE))
    taken = readings.take(9, drafts, NOON)
    assert len(taken) == MAX_FILES_PER_BATCH
    assert [name.number for name in taken[:3]] == [11, 12, 13]
    assert not {name.number for name in readings.take(9, drafts, NOON)} & {name.number for name in taken}


def test_a_clock_that_was_set_back_makes_nobody_wait_for_long() -> None:
    (jobs,) = jobs_for([a_draft()], (), {}, NOON + timedelta(days=400), PATIENCE).jobs
    readings = FrontMatterQueue([jobs], NOON, PATIENCE)
    assert readings.announce_at() == NOON + PATIENCE
    next_at = readings.next_at()
    assert next_at is not None
    assert next_at <= NOON + RETRY_DELAYS[-1]


VERDICTS = st.sampled_from(Verdict)


@given(st.lists(st.one_of(VERDICTS, st.just("read"), st.just("wait")), max_size=12), st.booleans())
def test_whatever_happens_a_fresh_draft_is_told_once_and_read_at_most_once(steps: list[Any], has_both: bool) -> None:
    draft = both(a_draft()) if has_both else a_draft()
    play = QueueRun(draft)
    play.fresh()
    told = []
    for step in [*steps, "wait", "read"]:
        if step == "wait":
            told.append(play.wait(PATIENCE))
        else:
            verdict, matter = (Verdict.HIT, MATTER) if step == "read" else (step, None)
            told.append(play.come(came(draft, verdict, front_matter=matter)))
    assert [each.id for each in (fresh for one in told for fresh in one.fresh)] == [draft.id]
    assert sum(len(one.read) for one in told) <= 1
    assert all(each.status is AnnouncementStatus.ANNOUNCED for each in play.readings.jobs.values())


REFUSED: dict[str, Any] = {"verdict": Verdict.BLOCKED, "status": 403}


def test_a_draft_that_the_server_does_not_serve_is_told_when_it_does_and_not_before() -> None:
    for verdict in (Verdict.MISSING, Verdict.SUSPICIOUS):
        draft = a_draft()
        play = QueueRun(draft)
        play.fresh()
        assert play.come(came(draft, verdict, status=404)).fresh == ()
        assert play.take(DENIED_DELAYS[0] - SECOND) == []
        assert play.take(DENIED_DELAYS[0]) == ["D2300R11.pdf"]
        for _ in range(20):
            assert play.come(came(draft, verdict, status=404)).fresh == ()
        assert play.wait(timedelta(days=1)).fresh == ()
        assert play.readings.next_at() == NOON + DENIED_DELAYS[-1]
        assert [job.draft for job in play.readings.withheld] == [draft.id]
        assert play.come(came(draft, front_matter=MATTER)).fresh == (replace(draft, front_matter=MATTER),)
        assert play.readings.jobs == {}


def test_a_draft_is_told_if_one_of_its_files_is_served_though_nobody_can_read_it() -> None:
    draft = both(a_draft())
    play = QueueRun(draft)
    play.fresh()
    assert play.come(came(draft, Verdict.MISSING)).fresh == ()
    assert play.take() == ["D2300R11.pdf"]
    assert play.come(came(draft, tries=1)).fresh == (draft,)


def test_a_draft_that_the_server_refuses_to_serve_is_told_when_it_has_refused_for_a_while() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    told = [play.come(came(draft, **REFUSED)).fresh for _ in range(REFUSALS_BELIEVED)]
    assert told == [()] * (REFUSALS_BELIEVED - 1) + [(draft,)]


def test_a_draft_that_was_not_served_waits_on_while_there_is_no_answer() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    play.come(came(draft, Verdict.MISSING))
    for verdict in (Verdict.BROKEN, Verdict.THROTTLED):
        assert play.come(came(draft, verdict, retry_after=9000.0)).fresh == ()
    assert play.readings.next_at() == NOON + timedelta(seconds=9000)


def test_a_changed_file_that_was_not_served_is_tried_at_once() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    play.come(came(draft, Verdict.MISSING))
    play.apply(jobs_for((), [draft], play.readings.jobs, NOON, PATIENCE))
    assert play.take() == ["D2300R11.pdf"]


def test_nobody_is_told_of_a_draft_that_was_not_served_before_it_became_a_paper() -> None:
    draft = a_draft()
    play = QueueRun(draft)
    play.fresh()
    play.come(came(draft, Verdict.MISSING))
    play.drafts[draft.id] = replace(draft, state=DraftState.PUBLISHED)
    assert play.come(came(draft, front_matter=MATTER)) == FrontMatterDecision(done=(draft.id,))
