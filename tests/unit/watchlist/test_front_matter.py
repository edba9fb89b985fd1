"""Who hears of a draft by what it says of itself."""

from collections.abc import Iterable
from dataclasses import replace

from actors.watchlist.matching import news
from actors.watchlist.matching.recipients import NewsItem
from messages.drafts import Draft, DraftReading, DraftsRead, DraftUpdate, Publication
from messages.notices import Happening, Notice
from tests.builders import a_paper
from tests.watching_builders import a_known_draft, a_matcher, a_matter, batches

KNOWN = a_known_draft()
"""Its predecessor is by Eric Niebler and Thomas Köppe."""

READ = replace(KNOWN, front_matter=a_matter())
EVERYBODY = a_matcher(anna=("niebler",), ben=("ann poe",), cleo=("P2300",), dora=("shoop",), emil=("ann poe", "shoop"))


def by_user(things: Iterable[NewsItem]) -> dict[str, Notice]:
    return {batch.user: batch.notices[0] for batch in batches(things)}


def reading(before: Draft, after: Draft) -> DraftReading:
    return DraftReading(draft=after, before=before.front_matter)


def test_until_it_is_read_a_draft_is_by_the_authors_of_its_predecessor() -> None:
    assert set(by_user(news.from_drafts(EVERYBODY, [KNOWN], {}))) == {"anna", "cleo"}


def test_once_it_is_read_a_draft_is_by_its_own_authors_and_by_those_of_its_predecessor() -> None:
    told = by_user(news.from_drafts(EVERYBODY, [READ], {}))
    assert set(told) == {"anna", "ben", "cleo", "emil"}
    assert told["anna"].earlier_authors == ("Eric Niebler", "Thomas Köppe")
    assert (told["ben"].title, told["ben"].authors) == ("A title of its own", ("Ann Poe",))
    assert told["ben"].audience == ("LEWG", "SG1")


UNREAD = replace(KNOWN, front_matter=a_matter(authors=()))


def test_the_text_is_looked_through_for_names_only_if_the_authors_could_not_be_read() -> None:
    assert all(not notice.mentioned for notice in by_user(news.from_drafts(EVERYBODY, [READ], {})).values())
    told = by_user(news.from_drafts(EVERYBODY, [UNREAD], {}))
    assert (told["anna"].matched, told["anna"].mentioned) == (("niebler",), ())
    assert (told["dora"].matched, told["dora"].mentioned) == ((), ("shoop",))
    assert (told["emil"].matched, told["emil"].mentioned) == ((), ("shoop", "ann poe"))


def test_a_draft_that_names_no_authors_keeps_those_of_its_predecessor() -> None:
    draft = replace(KNOWN, front_matter=a_matter(authors=(), title=""))
    notice = by_user(news.from_drafts(EVERYBODY, [draft], {}))["anna"]
    assert (notice.title, notice.authors) == ("`std::execution`", ("Eric Niebler", "Thomas Köppe"))


def test_who_was_told_before_a_draft_was_read_is_not_told_again_and_who_was_not_is() -> None:
    told = by_user(news.from_readings(EVERYBODY, [reading(KNOWN, READ)], {}))
    assert set(told) == {"ben", "emil"}
    assert {notice.happening for notice in told.values()} == {Happening.DRAFT_FOUND}


def test_when_a_draft_is_read_again_only_new_matches_are_told() -> None:
    again = replace(KNOWN, front_matter=a_matter(authors=("Ann Poe", "Kirk Shoop"), text="Gus is in it"))
    matcher = a_matcher(ben=("ann poe",), dora=("shoop",), gus=("gus",))
    assert set(by_user(news.from_readings(matcher, [reading(READ, again)], {}))) == {"dora"}
    assert set(by_user(news.from_readings(matcher, [reading(UNREAD, again)], {}))) == set()


def test_updates_withdrawals_and_publications_are_told_to_who_was_told_of_the_draft() -> None:
    dora = a_matcher(dora=("shoop",))
    update = DraftUpdate(draft=UNREAD, changes=(), summary="pdf: other content")
    publication = Publication(draft=UNREAD, paper=a_paper(2300, 11))
    for told in (
        news.from_updates(dora, [update], {}),
        news.from_withdrawals(dora, [UNREAD], {}),
        news.from_publications(dora, [publication], {}),
    ):
        assert [batch.user for batch in batches(told)] == ["dora"]


def test_a_number_that_stands_in_the_text_is_no_match() -> None:
    draft = replace(KNOWN, front_matter=a_matter(text="see P9999 and 9999"))
    assert by_user(news.from_drafts(a_matcher(hal=("P9999",)), [draft], {})) == {}


def test_a_draft_is_for_the_groups_that_it_names_once_it_is_read() -> None:
    matcher = a_matcher(ines=("audience:SG1",), jan=("audience:EWG",))
    assert set(by_user(news.from_drafts(matcher, [KNOWN], {"P2300": ("EWG",)}))) == {"jan"}
    assert set(by_user(news.from_drafts(matcher, [READ], {"P2300": ("EWG",)}))) == {"ines"}


def test_who_was_told_for_the_groups_of_an_older_draft_is_not_told_again_when_a_draft_is_read() -> None:
    matcher = a_matcher(ines=("audience:SG1",), jan=("audience:LEWG",))
    event = DraftsRead(readings=(reading(KNOWN, READ),))
    when_told, learnt = {"P2300": ("LEWG",)}, {"P2300": ("LEWG", "SG1")}
    (told,) = news.with_announced_audiences(event, when_told).readings
    assert set(by_user(news.from_readings(matcher, [told], learnt))) == {"ines"}


def test_a_draft_that_no_group_was_known_for_is_told_to_who_watches_a_group_once_it_is_read() -> None:
    event = news.with_announced_audiences(DraftsRead(readings=(reading(KNOWN, READ),)), {})
    heard = news.news_items(a_matcher(ines=("audience:SG1",)), {"P2300": ("LEWG", "SG1")}, event)
    assert set(by_user(heard)) == {"ines"}
