"""open-std.org on the stage: every era is read as it was written."""

import pytest

from actors.index.open_std.root import read_root
from actors.stage.faults.exchange import Asking, Site
from actors.stage.sites.listings import StagedMailing, StagedPaper, cut_page, listing_page, root_page
from actors.stage.sites.sites import answer
from actors.stage.world.script import SetListing
from actors.stage.world.state import ListingFile
from actors.stage.world.world import World, fold
from tests.builders import NOON
from tests.unit.index.listings import ROOT, listing_of

MAILINGS = tuple(
    StagedMailing(
        name=f"2031-0{month}",
        place="pre-Nowhere",
        papers=tuple(
            StagedPaper(
                id=f"P{month}00{place}R1",
                title=f"Gadgets & widgets {place}",
                author="Renée Kähler, Ola Bergström",
                date="2031-01-05",
                file=f"p{month}00{place}r1.html" if place < 3 else "",
                previous=f"P{month}00{place}R0",
                subgroup="SG16 Unicode,LEWG Library Evolution",
                disposition="Adopted 2031-06",
            )
            for place in range(4)
        ),
    )
    for month in (1, 2)
)


@pytest.mark.parametrize("era", "abcdef")
def test_a_page_of_every_era_is_read_as_it_was_written(era: str) -> None:
    listing = listing_of(listing_page(2031, MAILINGS, era))

    expected = [paper for mailing in MAILINGS for paper in mailing.papers]
    found = {id: listed for id, listed in listing.papers.items() if id.startswith("P")}
    assert list(found) == [paper.id for paper in expected]
    assert listing.is_whole
    assert len(listing.mailings) == 2
    for paper in expected:
        listed = found[paper.id]
        assert listed.is_linked is bool(paper.file)
        assert listed.paper.title == paper.title
        assert listed.paper.authors == ("Renée Kähler", "Ola Bergström") or era == "f"
        if era != "f":
            assert (listed.paper.previous, listed.paper.audience[0]) == (paper.previous, "SG16 Unicode")
            assert listed.paper.disposition == ("" if era == "e" else paper.disposition)


def test_a_page_that_was_cut_is_no_whole_one() -> None:
    page = listing_page(2031, MAILINGS)

    assert not listing_of(cut_page(page)).is_whole


def test_the_root_lists_the_mailings() -> None:
    entries = list(read_root(root_page(MAILINGS), ROOT))

    assert [(each.year, each.mailing, each.title) for each in entries] == [
        ("2031", "2031-01", "2031-01 pre-Nowhere mailing"),
        ("2031", "2031-02", "2031-02 pre-Nowhere mailing"),
    ]


def asked(world: World, name: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    asking = Asking(site=Site.MAILINGS, verb="GET", path="", name=name, at=NOON, headers=headers)
    reply = answer(world, asking).reply
    return reply.status, reply.body, dict(reply.headers)


def test_a_page_is_served_as_it_was_set_and_conditionally() -> None:
    page = listing_page(2031, MAILINGS)
    world = fold(World(), SetListing(name="2031", file=ListingFile(body=page)))

    status, body, headers = asked(world, "2031")

    assert (status, body) == (200, page)
    assert asked(world, "2031", **{"if-none-match": headers["ETag"]})[0] == 304
    assert asked(fold(world, SetListing(name="2031", file=None)), "2031")[0] == 404
    assert asked(world, "root")[0] == 200
