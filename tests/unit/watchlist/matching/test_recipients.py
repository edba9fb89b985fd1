"""Who is to hear of one thing, some users at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.matching.job import Job
from actors.watchlist.matching.matcher import LAZY_FROM_WATCHERS, LazyMatches, Matcher
from actors.watchlist.matching.mutes import Mutes
from actors.watchlist.matching.news import news_items
from actors.watchlist.matching.recipients import MatchReason, NewsItem
from messages.drafts import DraftsFound, DraftsPublished, Publication
from messages.papers import Occasion, PapersAdded
from tests.builders import NOON, a_paper
from tests.commanding_builders import a_mute
from tests.watching_builders import a_known_draft, a_matcher, a_matter, a_notice

USERS = [f"U{number:06d}" for number in range(LAZY_FROM_WATCHERS * 20)]


class Watchers(Mapping[str, str]):
    """Of one entry; it counts the users it was asked about."""

    def __init__(self, users: list[str], text: str) -> None:
        self.users, self.text, self.asked = users, text, 0

    def __getitem__(self, user: str) -> str:
        self.asked += 1
        return self.text

    def __iter__(self) -> Iterator[str]:
        return iter(self.users)

    def __len__(self) -> int:
        return len(self.users)


def a_thing(*watchers: Mapping[str, str], mentions: LazyMatches | None = None) -> NewsItem:
    return NewsItem(
        subject="P2300",
        notice=a_notice(),
        matches=LazyMatches(watchers),
        mentions=LazyMatches() if mentions is None else mentions,
    )


def a_job(*things: NewsItem, last_user: str = "") -> Job:
    return Job(event=DraftsFound(drafts=()), queued_at=NOON, remaining=iter(things), position=0, last_user=last_user)


def test_of_many_users_only_those_are_looked_at_whose_turn_it_is() -> None:
    watchers = Watchers(USERS, "audience:SG16")
    job = a_job(a_thing(watchers))
    assert job.next_item()
    users = job.next_users(10)
    assert watchers.asked == 0
    assert job.item is not None
    heard = job.item.recipients(users, Mutes(), NOON)
    assert heard == dict.fromkeys(USERS[:10], MatchReason(matched=("audience:SG16",), mentioned=()))
    assert watchers.asked <= 20


def test_all_users_come_once_and_in_their_order_and_after_a_restart_the_rest() -> None:
    thing = a_thing(dict.fromkeys(USERS[::-2], "Köppe"), dict.fromkeys(USERS, "LEWG"), {USERS[7]: "P2300"})
    job = a_job(thing, thing)
    assert job.next_item()
    assert job.next_users(3000) == USERS[:3000]
    later = a_job(thing, last_user=job.last_user)
    assert later.next_item()
    assert job.next_users(len(USERS)) == later.next_users(len(USERS)) == USERS[3000:]
    assert (job.item, job.position, job.last_user) == (None, 1, "")


def test_the_texts_of_a_user_stand_in_the_order_in_which_they_were_found() -> None:
    many = dict.fromkeys(USERS, "LEWG")
    found = LazyMatches([{USERS[0]: "P2300"}, many, {USERS[0]: "Köppe"}, many, {USERS[0]: "LEWG"}])
    assert found[USERS[0]] == ("P2300", "LEWG", "Köppe")
    assert found[USERS[1]] == ("LEWG",)
    assert "nobody" not in found
    assert len(found) == len(USERS)


def test_who_no_longer_watches_when_it_is_their_turn_is_not_told() -> None:
    matcher = Matcher()
    for user in USERS:
        matcher.add(user, EntryKind.AUTHOR, "niebler", "Niebler")
    matcher.add(USERS[1], EntryKind.NUMBER, "P2300", "P2300")
    job = a_job(*news_items(matcher, {}, PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=(a_paper(),))))
    assert job.next_item()
    assert job.item is not None
    matcher.remove(USERS[0], EntryKind.AUTHOR, "niebler")
    matcher.remove(USERS[1], EntryKind.NUMBER, "P2300")
    heard = job.item.recipients(job.next_users(3), Mutes(), NOON)
    assert {user: why.matched for user, why in heard.items()} == {USERS[1]: ("Niebler",), USERS[2]: ("Niebler",)}


def test_an_entry_in_the_text_is_no_reason_besides_the_same_among_the_authors_and_both_can_be_muted() -> None:
    mentions = LazyMatches([{"anna": "Niebler", "ben": "Shoop", "cleo": "Shoop"}])
    thing = a_thing({"anna": "Niebler", "cleo": "P2300"}, mentions=mentions)
    assert thing.recipients(("anna", "ben", "cleo", "dan"), Mutes([replace(a_mute("Shoop"), user="ben")]), NOON) == {
        "anna": MatchReason(matched=("Niebler",), mentioned=()),
        "cleo": MatchReason(matched=("P2300",), mentioned=("Shoop",)),
    }


def test_things_that_were_written_down_before_are_not_matched_again() -> None:
    matcher = a_matcher(anna=("niebler",))
    papers = tuple(a_paper(number) for number in (7, 8, 9))
    publications = tuple(Publication(draft=a_known_draft(number), paper=a_paper(number, 11)) for number in (7, 7, 8, 9))
    event = PapersAdded(occasion=Occasion.NEWS, at=NOON, papers=papers)
    assert [thing.subject for thing in news_items(matcher, {}, event, 1)] == ["P8", "P9"]
    published = DraftsPublished(publications=publications)
    assert [thing.subject for thing in news_items(matcher, {}, published, 1)] == ["P8", "P9"]


WATCHED = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y"]))


@given(named=st.lists(WATCHED, max_size=4), in_text=st.lists(WATCHED, max_size=4), most=st.integers(1, 4))
def test_in_portions_as_many_hear_as_at_once(
    named: list[dict[str, str]], in_text: list[dict[str, str]], most: int
) -> None:
    thing = NewsItem(subject="P1", notice=a_notice(), matches=LazyMatches(named), mentions=LazyMatches(in_text))
    job = a_job(thing)
    heard: dict[str, MatchReason] = {}
    assert job.next_item()
    while job.item is not None:
        heard |= thing.recipients(job.next_users(most), Mutes(), NOON)
    assert heard == thing.recipients(thing.candidates(), Mutes(), NOON)
    assert heard.keys() == {user for each in (*named, *in_text) for user in each}


def test_a_draft_whose_authors_could_not_be_read_is_looked_through_for_names() -> None:
    draft = replace(a_known_draft(), front_matter=a_matter(authors=()))
    (thing,) = news_items(a_matcher(dora=("shoop",), ben=("niebler",)), {}, DraftsFound(drafts=(draft,)))
    assert thing.recipients(thing.candidates(), Mutes(), NOON) == {
        "ben": MatchReason(matched=("niebler",), mentioned=()),
        "dora": MatchReason(matched=(), mentioned=("shoop",)),
    }
