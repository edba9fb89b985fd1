"""Formats: what the drafts of a number say of its next one, and what is asked for it."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from actors.prober.model.catalog import Catalog
from actors.prober.model.formats import newest_format, turns
from actors.prober.model.history import RevisionHistory
from actors.prober.model.numbers import StrategyInputs
from actors.prober.schedule import candidates
from actors.prober.schedule.learnt import Learnt
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName
from tests.builders import NOON
from tests.prober_builders import a_draft, a_known, a_name, an_observation, inputs

PDF, HTML = Extension.PDF, Extension.HTML

files = st.builds(
    DraftName,
    prefix=st.sampled_from(DraftPrefix),
    number=st.just(7),
    revision=st.integers(0, 6),
    extension=st.sampled_from(Extension),
)


def series(*formats: Extension | None, number: int = 7) -> frozenset[DraftName]:
    """A number's drafts from R0 on, each in one format, or in both."""
    return frozenset(
        a_name(number, revision, extension)
        for revision, format in enumerate(formats)
        for extension in ([format] if format else Extension)
    )


def every_name(state: StrategyInputs, number: int = 7) -> Mapping[tuple[int, Extension], int]:
    """How seldom a number's names are asked, but for P."""
    return {
        (name.revision, name.extension): every
        for name, every in candidates.candidate_names(number, state, candidates.PRIOR_SHARES)
        if name.prefix is DraftPrefix.D
    }


def found_in(format: Extension, revision: int = 1) -> StrategyInputs:
    """A number with two revisions, of which the draft with this revision was found."""
    return inputs(
        known={7: a_known(0, 1)}, frontier=50, found={7: frozenset({a_name(7, revision, format)})}, formats={7: format}
    )


# --- what drafts say


@given(st.sets(files))
def test_the_newest_draft_alone_decides_over_the_format(all_: set[DraftName]) -> None:
    newest = {file for file in all_ if file.revision == max(one.revision for one in all_)}
    kinds = {file.extension for file in newest}
    assert newest_format(all_) is (kinds.pop() if len(kinds) == 1 else None)
    assert newest_format(all_) is newest_format(newest)


@given(st.lists(st.sampled_from([PDF, HTML, None]), max_size=8))
def test_turns_are_the_pairs_of_drafts_that_have_one_format_each(formats: list[Extension | None]) -> None:
    pairs = [pair for pair in pairwise(formats) if None not in pair]
    assert turns(series(*formats)) == (sum(a is b for a, b in pairs), len(pairs))


def test_a_draft_that_was_never_found_is_passed_over() -> None:
    assert turns([a_name(7, 1, PDF), a_name(7, 4, PDF), a_name(7, 6, HTML)]) == (1, 2)


# --- what is learnt


def test_numbers_whose_drafts_keep_their_format_teach_that_they_do() -> None:
    steady = {number: series(HTML, HTML, HTML, number=number) for number in range(1, 200)}
    fickle = {number: series(HTML, PDF, HTML, number=number) for number in range(1, 200)}
    assert candidates.shares_of(RevisionHistory(), steady.values()).kept > 0.97
    assert candidates.shares_of(RevisionHistory(), fickle.values()).kept < 0.1
    assert candidates.shares_of(RevisionHistory(), ()).kept == candidates.PRIOR_SHARES.kept


def test_what_always_was_so_is_not_taken_for_certain() -> None:
    for format, other in ((HTML, PDF), (PDF, HTML)):
        found = {number: series(format, format, number=number) for number in range(1, 4000)}
        shares = candidates.shares_of(RevisionHistory(), found.values())
        assert 0 < shares.kept < 1
        assert 0 < shares.html < 1
        state = inputs(known={7: a_known(0, 1)}, found=found, formats={7: format})
        assert (a_name(7, 2, other)) in [name for name, _ in candidates.candidate_names(7, state, shares)]


@given(st.integers(500, 2000), st.floats(0, 1), st.sampled_from(Extension))
def test_one_more_of_many_drafts_moves_no_share_by_more_than_a_step(many: int, kept: float, last: Extension) -> None:
    found = [series(HTML, HTML if place < kept * many else PDF, number=place + 1) for place in range(many)]
    before = candidates.shares_of(RevisionHistory(), found)
    after = candidates.shares_of(RevisionHistory(), [*found, series(HTML, last, number=many + 1)])
    assert abs(before.kept - after.kept) < 1.5 / candidates.SHARE_STEPS


def test_memory_knows_the_format_of_the_newest_draft() -> None:
    catalog = Catalog()
    draft = a_draft()
    number, pdf = draft.number, draft.files[0]
    html = replace(pdf, extension=HTML)
    catalog.learn_drafts([draft])
    assert catalog.inputs(NOON.date()).formats == {number: PDF}
    catalog.learn_drafts([replace(draft, files=(pdf, html))])
    assert number not in catalog.formats
    catalog.learn_drafts([replace(draft, files=(html,))])
    assert catalog.formats[number] is HTML
    older = replace(draft, id=f"D{number:04d}R0", revision=draft.revision - 1, files=(pdf,))
    catalog.learn_drafts([older])
    assert catalog.formats[number] is HTML


def test_what_was_only_sighted_is_forgotten_when_that_is_over() -> None:
    catalog = Catalog()
    observation = an_observation(a_name(7, 2, HTML))
    catalog.learn_observations([observation], ())
    assert catalog.formats == {7: HTML}
    catalog.learn_observations((), [observation.name])
    assert catalog.formats == {}


# --- what is asked


def test_the_format_of_the_draft_before_is_asked_for_three_times_as_often() -> None:
    for format, other in ((PDF, HTML), (HTML, PDF)):
        every = every_name(found_in(format))
        assert (every[2, format], every[2, other]) == (1, 3)


def test_an_ask_of_a_number_costs_two_thirds_when_its_format_is_known() -> None:
    known = candidates.cost(candidates.candidate_names(7, found_in(HTML), candidates.PRIOR_SHARES))
    unknown = candidates.cost(candidates.candidate_names(7, inputs(known={7: a_known(0, 1)}), candidates.PRIOR_SHARES))
    assert 1.4 < known < 1.5
    assert 2.1 < unknown < 2.3


def test_the_other_file_of_a_draft_is_no_less_likely_for_the_format_of_its_first() -> None:
    state = found_in(PDF, revision=2)
    forgotten = replace(state, formats={})
    assert (2, HTML) in every_name(state)
    assert every_name(state)[2, HTML] / every_name(forgotten)[2, HTML] < 1.5
    assert every_name(state)[3, HTML] == 3


known_files = st.dictionaries(st.integers(0, 3), st.sampled_from([PDF, HTML, None]), min_size=1).map(
    lambda drafts: frozenset(
        a_name(7, revision, extension)
        for revision, format in drafts.items()
        for extension in ([format] if format else Extension)
    )
)


@given(known_files, st.booleans(), st.integers(0, 3))
def test_plain_numbers_are_asked_as_all_others_of_their_format(
    files: frozenset[DraftName], is_known: bool, newest: int
) -> None:
    newest_of = newest_format(files)
    formats = {7: newest_of} if newest_of else {}
    known = {7: a_known(*range(newest + 1))} if is_known else {}
    state = inputs(known=known, frontier=50, found={7: files}, formats=formats)
    is_overtaken = is_known and max(file.revision for file in files) <= newest
    assert candidates.is_plain(7, state) is is_overtaken
    if is_overtaken:
        another = inputs(known={8: a_known(0)}, frontier=50, formats={8: newest_of} if newest_of else {})
        ours = [
            (name.revision - newest, name.extension, every)
            for name, every in candidates.candidate_names(7, state, candidates.PRIOR_SHARES)
        ]
        assert ours == [
            (name.revision, name.extension, every)
            for name, every in candidates.candidate_names(8, another, candidates.PRIOR_SHARES)
        ]


def test_the_plan_asks_numbers_whose_format_is_known_more_often_for_the_same_heads() -> None:
    known = {number: a_known(0) for number in range(1, 401)}
    formats = {number: PDF for number in range(1, 201)}
    state = inputs(known=known, frontier=400, formats=formats, found={n: frozenset({a_name(n, 0)}) for n in formats})
    strategy = Learnt(budget=1.0)
    for _ in strategy.learn(state):
        pass
    ratio = strategy.interval(300, state) / strategy.interval(100, state)
    costs = [candidates.cost(strategy.candidate_names(number, state)) for number in (300, 100)]
    assert abs(ratio - (costs[0] / costs[1]) ** 0.5) < 0.02
