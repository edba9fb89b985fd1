"""Files become drafts, and drafts become papers: each told once."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.prober.detection.drafts import Absorbed, FoundFile, Revised, absorb, published_by, revise
from actors.prober.model import names
from actors.prober.model.catalog import is_ahead_of_index
from actors.prober.model.http_dates import Recency
from actors.prober.model.observations import Observation, ObservationKind, Trust
from messages.drafts import Announcement, Change, Draft, DraftPrefix, DraftState, Extension
from messages.papers import PaperKind
from messages.probing import DraftName
from tests.builders import NOON, a_paper
from tests.prober_builders import (
    BASE_URL,
    KNOWN,
    PREDECESSOR,
    a_draft,
    a_finding,
    a_known,
    a_name,
    a_tracked,
    absorbed,
    an_observation,
    some_facts,
)

PDF, HTML = Extension.PDF, Extension.HTML


def test_a_recent_file_is_a_fresh_draft_with_its_predecessor() -> None:
    (draft,) = absorbed(a_finding()).fresh
    assert (draft.id, draft.found_at, draft.predecessor) == ("D1234R1", NOON, PREDECESSOR)
    assert [file.url for file in draft.files] == [BASE_URL + "D1234R1.pdf"]


def test_the_pdf_and_the_html_of_one_batch_are_one_draft() -> None:
    both = absorbed(a_finding(a_name(extension=HTML)), a_finding())
    assert len(both.fresh) == 1
    assert [file.extension for file in both.fresh[0].files] == [PDF, HTML]
    assert both.changed == both.fresh


def test_a_second_file_that_comes_later_is_added_in_silence() -> None:
    later = absorbed(a_finding(a_name(extension=HTML)), drafts={"D1234R1": a_draft()})
    assert later.fresh == ()
    assert [len(draft.files) for draft in later.changed] == [2]


def test_a_file_that_is_known_changes_nothing() -> None:
    assert absorbed(a_finding(), drafts={"D1234R1": a_draft()}) == Absorbed()


def test_an_old_file_is_remembered_in_silence() -> None:
    old = absorbed(a_finding(recency=Recency.OLD))
    assert old.fresh == ()
    assert [draft.announcement for draft in old.changed] == [Announcement.SILENT]


def test_a_draft_found_silently_is_announced_when_its_other_file_is_recent() -> None:
    silent = a_draft(a_finding(recency=Recency.OLD))
    later = absorbed(a_finding(a_name(extension=HTML)), drafts={"D1234R1": silent})
    assert [draft.announcement for draft in later.fresh] == [Announcement.ANNOUNCED]


def test_a_draft_whose_paper_is_in_the_index_is_published_and_not_announced() -> None:
    found = absorbed(a_finding(a_name(revision=0)))
    assert found.fresh == ()
    assert [(draft.state, draft.announcement) for draft in found.changed] == [
        (DraftState.PUBLISHED, Announcement.SILENT)
    ]


def test_the_d_and_the_p_of_one_revision_are_two_drafts() -> None:
    found = absorbed(a_finding(a_name(7000, 0)), a_finding(a_name(7000, 0, prefix=DraftPrefix.P)))
    assert [draft.id for draft in found.fresh] == ["D7000R0", "P7000R0"]


findings = st.builds(
    a_finding,
    st.builds(
        a_name,
        number=st.sampled_from([1234, 7000]),
        revision=st.integers(1, 2),
        extension=st.sampled_from(Extension),
        prefix=st.sampled_from(DraftPrefix),
    ),
    st.sampled_from(Recency),
)


@given(st.lists(st.lists(findings, max_size=6), max_size=6))
def test_a_draft_is_announced_exactly_once_in_whatever_order_and_batches_its_files_come(
    batches: list[list[FoundFile]],
) -> None:
    drafts: dict[str, Draft] = {}
    announced: list[str] = []
    for batch in batches:
        step = absorb(drafts, batch, KNOWN, {})
        drafts |= {draft.id: draft for draft in step.changed}
        announced += [draft.id for draft in step.fresh]
    first_seen: dict[DraftName, Recency] = {}
    for finding in (finding for batch in batches for finding in batch):
        first_seen.setdefault(finding.name, finding.recency)
    expected = {names.draft_id(name) for name, seen in first_seen.items() if seen is Recency.RECENT}
    assert len(announced) == len(set(announced))
    assert set(announced) == expected
    assert {draft.id for draft in drafts.values() if draft.announcement is Announcement.ANNOUNCED} == expected
    assert sum(len(draft.files) for draft in drafts.values()) == len(first_seen)


def test_a_paper_publishes_the_drafts_of_its_number_and_revision_whatever_their_prefix() -> None:
    drafts = [a_draft(a_finding(a_name(7000, 1, prefix=prefix))) for prefix in DraftPrefix]
    drafts.append(a_draft(a_finding(a_name(7000, 2))))
    published = published_by(drafts, [a_paper(7000, 1)])
    assert [(one.draft.id, one.draft.state, one.paper.id) for one in published] == [
        ("D7000R1", DraftState.PUBLISHED, "P7000R1"),
        ("P7000R1", DraftState.PUBLISHED, "P7000R1"),
    ]


def test_a_draft_is_published_once() -> None:
    (publication,) = published_by([a_draft()], [a_paper(1234, 1)])
    assert published_by([publication.draft], [a_paper(1234, 1)]) == ()


def test_neither_an_n_nor_a_d_of_the_index_publishes_a_draft() -> None:
    others = [a_paper(1234, 1, kind=PaperKind.D), a_paper(1234, 1, kind=PaperKind.N), a_paper(1234, 2)]
    assert published_by([a_draft()], others) == ()


def test_a_draft_keeps_when_it_was_found() -> None:
    later = replace(a_finding(a_name(extension=HTML)), at=NOON + timedelta(days=1))
    assert absorbed(later, drafts={"D1234R1": a_draft()}).changed[0].found_at == NOON


def revised(draft: Draft, *observations: Observation) -> Revised:
    tracked = {name: a_tracked(name) for name in (a_name(), a_name(extension=HTML))}
    return revise({draft.id: draft}, observations, tracked, BASE_URL)


def test_a_changed_file_is_an_update_that_says_what_changed() -> None:
    facts = some_facts(length=2000, last_modified=NOON)
    (update,) = revised(a_draft(), an_observation(kind=ObservationKind.CHANGED, facts=facts)).updates
    (change,) = update.changes
    assert change.what == (Change.DATE, Change.LENGTH)
    assert (change.before.length, update.draft.files[0].length) == (1000, 2000)
    assert update.summary == "The pdf was replaced (1 kB longer)."


def test_other_content_under_the_same_date_and_length_is_an_update() -> None:
    seen = revised(a_draft(), an_observation(kind=ObservationKind.CHANGED, facts=some_facts(etag='"2"')))
    assert [update.summary for update in seen.updates] == ["The pdf was replaced."]


def test_other_etags_of_many_drafts_at_once_are_the_servers_doing_and_no_news() -> None:
    held = an_observation(kind=ObservationKind.CHANGED, facts=some_facts(etag='"2"'), trust=Trust.QUARANTINED)
    seen = revised(a_draft(), held)
    assert (seen.updates, seen.withdrawn, len(seen.changed)) == ((), (), 1)
    other_length = an_observation(
        kind=ObservationKind.CHANGED, facts=some_facts(etag='"2"', length=7), trust=Trust.QUARANTINED
    )
    assert len(revised(a_draft(), other_length).updates) == 1


def test_what_is_as_it_was_is_no_update() -> None:
    assert revised(a_draft(), an_observation(kind=ObservationKind.CHANGED)) == Revised()


def test_a_draft_of_which_one_file_is_gone_is_updated_and_without_any_withdrawn() -> None:
    both = a_draft(a_finding(), a_finding(a_name(extension=HTML)))
    html_gone = an_observation(a_name(extension=HTML), ObservationKind.GONE)
    half = revised(both, html_gone)
    assert [update.summary for update in half.updates] == ["The html was removed."]
    assert [file.extension for file in half.changed[0].files] == [PDF]
    whole = revised(both, an_observation(kind=ObservationKind.GONE), html_gone)
    assert (whole.updates, [draft.state for draft in whole.withdrawn]) == ((), [DraftState.WITHDRAWN])
    assert len(whole.withdrawn[0].files) == 2


def test_a_silent_draft_goes_in_silence() -> None:
    silent = a_draft(a_finding(recency=Recency.OLD))
    gone = revised(silent, an_observation(kind=ObservationKind.GONE))
    assert (gone.withdrawn, [draft.state for draft in gone.changed]) == ((), [DraftState.WITHDRAWN])


def test_a_withdrawn_draft_that_lies_there_again_is_an_update() -> None:
    withdrawn = replace(a_draft(a_finding(), a_finding(a_name(extension=HTML))), state=DraftState.WITHDRAWN)
    (update,) = revised(withdrawn, an_observation(kind=ObservationKind.CHANGED)).updates
    assert (update.draft.state, update.summary) == (DraftState.FOUND, "The pdf was put back as before.")
    assert [file.extension for file in update.draft.files] == [PDF]


def test_a_withdrawn_draft_that_comes_back_as_a_file_that_went_earlier_is_an_update() -> None:
    html = a_finding(a_name(extension=HTML))
    withdrawn = replace(a_draft(html), state=DraftState.WITHDRAWN)  # its pdf was gone before
    back = absorbed(a_finding(), drafts={withdrawn.id: withdrawn})
    (update,) = back.updates
    assert (back.fresh, update.summary) == ((), "The pdf was put back as before.")
    assert (update.draft.state, [file.extension for file in update.draft.files]) == (DraftState.FOUND, [PDF])
    assert back.changed == (update.draft,)


def test_a_published_draft_is_not_followed_any_more() -> None:
    published = replace(a_draft(), state=DraftState.PUBLISHED)
    assert revised(published, an_observation(kind=ObservationKind.GONE)) == Revised()
    assert not is_ahead_of_index(published, {})
    assert is_ahead_of_index(a_draft(), KNOWN)
    assert not is_ahead_of_index(a_draft(), {1234: a_known(0, 3)})


def test_a_withdrawn_draft_is_published_like_any_other() -> None:
    withdrawn = replace(a_draft(), state=DraftState.WITHDRAWN)
    (publication,) = published_by([withdrawn], [a_paper(1234, 1)])
    assert publication.draft.state is DraftState.PUBLISHED
