"""What several sources say of one paper, together."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.index.entries.merging import SourceRecord, merged, provenance
from actors.index.model.sources import OPEN_STD, PAPER_TRACKER, WG21_LINK
from messages.papers import Paper
from tests.builders import a_paper

AT = datetime(2025, 12, 4, tzinfo=UTC)


def said(source: str, *, is_announced: bool = True, **fields: object) -> SourceRecord:
    return SourceRecord(source=source, paper=a_paper(**fields), is_announced=is_announced)  # type: ignore[arg-type]


def test_titles_are_those_of_wg21_link_and_audiences_those_of_open_std() -> None:
    index = said(WG21_LINK, title="Index", audience=("LEWG",))
    listing = said(OPEN_STD, title="Listing", audience=("SG16",), mailing="2025-02")

    paper = merged([listing, index], is_stored=False)

    assert paper is not None
    assert (paper.title, paper.audience, paper.mailing) == ("Index", ("SG16",), "2025-02")


def test_what_a_source_leaves_empty_comes_from_the_next() -> None:
    index = said(WG21_LINK, title="", date=None, url="")
    listing = said(OPEN_STD, title="Listing", date=date(2025, 1, 1), url="https://example.org/x")
    tracker = said(PAPER_TRACKER, is_announced=False, title="", authors=(), audience=("SG9",))

    paper = merged([tracker, index, listing], is_stored=False)

    assert paper is not None
    assert (paper.title, paper.date, paper.url) == ("Listing", date(2025, 1, 1), "https://example.org/x")
    assert paper.audience == ("SG9",)


def test_what_is_only_known_is_no_paper_until_it_is_stored_or_published() -> None:
    known = said(OPEN_STD, is_announced=False)

    assert merged([known], is_stored=False) is None
    assert merged([], is_stored=True) is None
    assert merged([known], is_stored=True) == known.paper
    assert merged([known, said(WG21_LINK)], is_stored=False) is not None


texts = st.sampled_from(["", "a", "b"])
papers = st.builds(lambda title, mailing: a_paper(title=title, mailing=mailing), texts, texts)


@given(st.permutations([OPEN_STD, WG21_LINK, PAPER_TRACKER]), st.tuples(papers, papers, papers))
def test_the_order_in_which_sources_speak_does_not_matter(order: list[str], said_by: tuple[Paper, ...]) -> None:
    records = {
        source: SourceRecord(source=source, paper=paper, is_announced=True)
        for source, paper in zip([OPEN_STD, WG21_LINK, PAPER_TRACKER], said_by, strict=True)
    }

    assert merged([records[source] for source in order], is_stored=False) == merged(
        list(records.values()), is_stored=False
    )


def test_provenance_names_every_source_and_since_when() -> None:
    later, now = AT + timedelta(days=1), AT + timedelta(days=2)
    history = {
        WG21_LINK: [(AT, a_paper(title="old")), (later, a_paper(title="new")), (now, a_paper(title="new", status="x"))],
        OPEN_STD: [(now, a_paper(title="listed", mailing="2025-02"))],
    }

    fields = dict(provenance(history))

    assert [(each.source, each.value, each.since) for each in fields["title"]] == [
        (WG21_LINK, "new", later),
        (OPEN_STD, "listed", now),
    ]
    assert [(each.source, each.value) for each in fields["mailing"]] == [(OPEN_STD, "2025-02")]
    assert "disposition" not in fields


def test_a_group_that_the_audience_has_under_a_longer_name_is_not_added() -> None:
    listing = said(OPEN_STD, audience=("LEWG Library Evolution", "EWGI SG17: EWG Incubator"))
    tracker = said(PAPER_TRACKER, is_announced=False, audience=("LEWG", "SG17", "library-evolution", "EWGI", "SG1"))

    paper = merged([listing, tracker], is_stored=False)

    assert paper is not None
    assert paper.audience == ("LEWG Library Evolution", "EWGI SG17: EWG Incubator", "SG1")
