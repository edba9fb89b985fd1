"""Drafts as notices."""

from dataclasses import replace

from actors.prober.announce.notices import found_notice, published_notices, updated_notice, withdrawn_notice
from actors.prober.detection.drafts import published_by
from actors.prober.model.wording import draft_status
from messages.drafts import DraftPrefix, DraftState, DraftUpdate, Extension
from messages.notices import Happening, Link, Notice
from tests.builders import a_paper
from tests.prober_builders import PREDECESSOR, a_draft, a_finding, a_name


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
        previous=PREDECESSOR.id,
        at=draft.found_at,
        uploaded_at=draft.files[0].last_modified,
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
        Link(label="paper", url="https://example.org/p7000r1.html"),
        Link(label="wg21.link", url="https://wg21.link/P7000R1"),
    )


def test_an_update_says_what_changed_and_a_withdrawal_has_no_links() -> None:
    update = DraftUpdate(draft=a_draft(), changes=(), summary="pdf: other content")
    notice = updated_notice(update)
    assert (notice.happening, notice.detail, len(notice.links)) == (Happening.DRAFT_UPDATED, "pdf: other content", 1)
    gone = withdrawn_notice(a_draft())
    assert (gone.id, gone.happening, gone.links, gone.title) == (
        "D1234R1", Happening.DRAFT_WITHDRAWN, (), PREDECESSOR.title,
    )  # fmt: skip


def test_a_draft_is_logged_as_it_stands() -> None:
    assert draft_status(a_draft()) == "found D1234R1 (pdf), announced"
    assert draft_status(replace(a_draft(), state=DraftState.WITHDRAWN)) == "D1234R1 was withdrawn"
