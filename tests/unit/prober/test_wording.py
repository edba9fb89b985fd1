"""Drafts as notices, and the host's state in words."""

from actors.prober import pace
from actors.prober.drafts import published_by
from actors.prober.pace import Tally
from actors.prober.weighing import Belief
from actors.prober.wording import found_notice, published_notices, reasons
from messages.drafts import DraftPrefix, Extension
from messages.notices import Happening, Link, Notice
from tests.builders import a_paper
from tests.prober_builders import a_name
from tests.unit.prober.test_drafts import PREDECESSOR, a_draft, a_finding

START = 1_763_726_400.0
PACE = pace.fresh(pace.manners_towards("https://isocpp.org/files/papers/", 4000, 1800), START)


def told(state: pace.Pace = PACE, belief: Belief = Belief.BELIEVED, now: float = START) -> tuple[str, ...]:
    return reasons("isocpp.org", state, belief, "status 500", now)


def test_a_found_draft_is_told_with_its_predecessors_title_and_a_link_to_each_file() -> None:
    draft = a_draft(a_finding(), a_finding(a_name(extension=Extension.HTML)))
    assert found_notice(draft) == Notice(
        id="D1234R1",
        happening=Happening.DRAFT_FOUND,
        title=PREDECESSOR.title,
        authors=PREDECESSOR.authors,
        links=(
            Link(label="pdf", url="http://127.0.0.1:9/files/papers/D1234R1.pdf"),
            Link(label="html", url="http://127.0.0.1:9/files/papers/D1234R1.html"),
        ),
        matched=(),
    )


def test_a_draft_of_an_unknown_number_is_told_without_a_title() -> None:
    notice = found_notice(a_draft(a_finding(a_name(7000, 0))))
    assert (notice.title, notice.authors) == ("", ())


def test_a_published_draft_is_told_under_the_papers_id_once() -> None:
    drafts = [a_draft(a_finding(a_name(7000, 1, prefix=prefix))) for prefix in DraftPrefix]
    paper = a_paper(7000, 1, url="https://example.org/p7000r1.html")
    (notice,) = published_notices(published_by(drafts, [paper]))
    assert (notice.id, notice.happening, notice.title) == ("P7000R1", Happening.DRAFT_PUBLISHED, paper.title)
    assert notice.links == (
        Link(label="wg21.link", url="https://wg21.link/P7000R1"),
        Link(label="paper", url="https://example.org/p7000r1.html"),
    )


def test_a_prober_that_is_well_gives_no_reason() -> None:
    assert told() == ()


def test_a_host_that_answers_for_everything_is_named() -> None:
    assert told(belief=Belief.LIED) == ("prober: isocpp.org answers for names that cannot exist",)


def test_a_pause_is_told_while_it_lasts() -> None:
    paused = pace.settled(PACE, Tally(answered=1, throttled=1, errors=0, retry_after=60.0), START)
    assert told(paused) == ("prober: isocpp.org asked for a pause until 2025-11-21 12:01:00 UTC",)
    assert told(paused, now=START + 61) == ()


def test_an_open_breaker_is_told_with_the_last_error() -> None:
    state = PACE
    for _ in range(5):
        state = pace.settled(state, Tally(answered=0, throttled=0, errors=2, retry_after=None), START)
    assert told(state) == ("prober: isocpp.org does not answer (status 500); asked again at 2025-11-21 12:00:30 UTC",)


def test_mostly_errors_are_told() -> None:
    state = pace.settled(PACE, Tally(answered=10, throttled=0, errors=190, retry_after=None), START)
    assert told(state) == ("prober: most answers of isocpp.org are errors (status 500)",)


def test_a_host_that_is_silent_twice_on_end_is_named_before_the_breaker_opens() -> None:
    silence = Tally(answered=0, throttled=0, errors=8, retry_after=None)
    once = pace.settled(PACE, silence, START)
    assert told(once) == ()
    assert told(pace.settled(once, silence, START)) == ("prober: isocpp.org does not answer (status 500)",)
