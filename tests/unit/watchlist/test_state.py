"""What the watchlist holds in memory of its tables."""

from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.model.user_state import Changes
from actors.watchlist.state import WatchlistState
from messages.drafts import WatchedNumbers
from tests.builders import a_paper
from tests.commanding_builders import a_mute, a_user, an_entry, some_papers
from tests.watching_builders import a_matcher

P1, P2 = (EntryKind.NUMBER, "P1"), (EntryKind.NUMBER, "P2")


def test_the_first_watcher_of_a_number_and_the_last_are_noticed() -> None:
    state = WatchlistState(matcher=a_matcher(U1=("P1", "P2", "LWG7"), U2=("P2",)))
    added = (an_entry("P1", "U2"), an_entry("P3", "U2"), an_entry("N4", "U2"))
    assert state.number_changes("U2", Changes(add=added)) == WatchedNumbers(added=(3,), removed=())
    removed = Changes(remove=(P1, P2, (EntryKind.NUMBER, "LWG7")))
    assert state.number_changes("U1", removed) == WatchedNumbers(added=(), removed=(1,))


def test_an_entry_that_is_replaced_by_itself_loses_no_watcher() -> None:
    state = WatchlistState(matcher=a_matcher(U1=("P1",)))
    changes = Changes(remove=(P1,), add=(an_entry("P1"),))
    assert state.number_changes("U1", changes).removed == ()


def test_changes_that_were_committed_count_at_once() -> None:
    state = WatchlistState(matcher=a_matcher(U1=("P1",)))
    state.apply("U1", Changes(add=(an_entry("Köppe"),), remove=(P1,), mute=(a_mute("P7"), a_mute("all"))))
    assert state.matcher.paper(a_paper(1)) == {"U1": ("Köppe",)}
    assert state.mutes.unmuted("P7", {"U1": ("Köppe",)}, an_entry("P1").added_at) == {}
    state.apply("U1", Changes(unmute=((None, ""), (EntryKind.NUMBER, "P7"))))
    assert state.mutes.unmuted("P7", {"U1": ("Köppe",)}, an_entry("P1").added_at) == {"U1": ("Köppe",)}


def test_which_entries_match_a_number_is_known_of_the_last_years_papers() -> None:
    state = WatchlistState(recent_papers=some_papers(a_paper(2300, 10)), audiences={"P2300": ("SG1",)})
    user = a_user("P2300", "Köppe", "Stroustrup", "title:execution", "audience:SG1", "audience:SG2")
    assert state.entries_matching("P2300", user) == ("P2300", "Köppe", "title:execution", "audience:SG1")
    assert state.entries_matching("P7", a_user("P7", "Köppe")) == ("P7",)
