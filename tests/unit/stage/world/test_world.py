"""The world's fold, its faults and its journal."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import (
    Everything,
    Fault,
    FaultRule,
    FixedReply,
    Flood,
    Hang,
    Redirect,
    Refuse,
    Reset,
    Slow,
    Truncate,
    first_of,
    spent,
)
from actors.stage.sites import sites
from actors.stage.world.journal import MOST_PAGES, PAGE, Journal, JournalEntry
from actors.stage.world.script import (
    AddFault,
    Answered,
    ClearFaults,
    Event,
    FaultMet,
    PutDraft,
    RemoveDraft,
    SetIndex,
    StartOver,
)
from actors.stage.world.slack_events import LimitRate, MessageTaken, NameMember, SetToken
from actors.stage.world.state import PaperFile, index_file, pack
from actors.stage.world.world import World, fold
from tests.unit.stage.builders import NOON, a_call, asking, visit

FILE = PaperFile(body=b"x", content_type="application/pdf")
TROUBLES: list[Fault] = [FixedReply(status=503), Reset(), Slow(seconds=1.0), Refuse(error="is_archived")]

faults = st.builds(
    lambda site, fault, times: FaultRule(site=site, fault=fault, times=times),
    st.sampled_from(Site),
    st.sampled_from(TROUBLES),
    st.one_of(st.none(), st.integers(1, 3)),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from(["D1R0.pdf", "D2R0.pdf"]).map(lambda name: PutDraft(name=name, file=FILE)),
    st.sampled_from(["D1R0.pdf", "D2R0.pdf"]).map(lambda name: RemoveDraft(name=name)),
    faults.map(lambda rule: AddFault(rule=rule)),
    faults.map(lambda rule: FaultMet(rule=rule)),
    st.sampled_from([None, *Site]).map(lambda site: ClearFaults(site=site)),
    st.just(SetIndex(file=index_file(pack(b"{}")))),
    st.just(SetToken(token="xoxb-new")),
    st.just(LimitRate(spacing=timedelta(seconds=1))),
    st.just(NameMember(id="U1", name="Ada")),
    st.just(StartOver()),
    st.tuples(st.sampled_from(["C1", "C2"]), st.integers(0, 5)).map(
        lambda told: MessageTaken(channel=told[0], at=NOON + timedelta(microseconds=told[1]), payload={"text": "x"})
    ),
    st.sampled_from(Site).map(
        lambda site: Answered(site=site, entry=JournalEntry(at=NOON, verb="GET", name="x", status=200))
    ),
)


def folded(happened: list[Event]) -> World:
    world = World()
    for event in happened:
        world = fold(world, event)
    return world


@given(st.lists(events))
def test_every_event_counts_and_none_changes_an_older_world(happened: list[Event]) -> None:
    before = folded(happened)
    copy = folded(happened)
    for event in happened:
        fold(before, event)
    assert before == copy
    assert before.seq == len(happened)


@given(st.lists(events))
def test_a_time_names_one_message_of_a_conversation(happened: list[Event]) -> None:
    messages = folded(happened).slack.messages
    assert len({(message.channel, message.ts) for message in messages}) == len(messages)
    for channel in ("C1", "C2"):
        times = [message.ts for message in messages if message.channel == channel]
        assert times == sorted(times)


@given(st.lists(events))
def test_starting_over_keeps_only_the_index_and_the_count(happened: list[Event]) -> None:
    before = folded(happened)
    assert fold(before, StartOver()) == World(seq=before.seq + 1, index=before.index)


@given(st.lists(faults, max_size=5), st.integers(1, 12))
def test_a_counted_fault_meets_as_many_requests_as_it_says(scripted: list[FaultRule], requests: int) -> None:
    left = tuple(scripted)
    met = 0
    for _ in range(requests):
        if (rule := first_of(left, asking(Site.SLACK))) is not None:
            met += 1
            left = spent(left, rule)
    here = [rule for rule in scripted if rule.site is Site.SLACK]
    most = requests if any(rule.times is None for rule in here) else sum(rule.times or 0 for rule in here)
    assert met == min(requests, most)
    assert [rule for rule in left if rule.site is not Site.SLACK] == [
        rule for rule in scripted if rule.site is not Site.SLACK
    ]


def test_a_fault_meets_only_the_names_and_the_channel_it_is_for() -> None:
    pdf = FaultRule(site=Site.PAPERS, fault=Reset(), only="*.pdf")
    assert pdf.meets(asking(name="D1R0.pdf"))
    assert not pdf.meets(asking(name="D1R0.html"))
    gone = FaultRule(site=Site.SLACK, fault=Refuse(error="is_archived"), only="chat.*", channel="U1")
    assert gone.meets(a_call(channel="U1"))
    assert not gone.meets(a_call(channel="U2"))
    assert not gone.meets(a_call("auth.test", channel="U1"))


def test_clearing_one_site_leaves_the_others_ill() -> None:
    ill = [FaultRule(site=site, fault=Reset()) for site in (Site.INDEX, Site.SLACK)]
    world = folded([AddFault(rule=rule) for rule in ill])
    assert fold(world, ClearFaults(site=Site.INDEX)).faults == (ill[1],)
    assert fold(world, ClearFaults()).faults == ()


def test_what_is_said_instead() -> None:
    html = asking(name="D1R0.html")
    assert FixedReply(status=429, headers=(("Retry-After", "3"),)).reply(html).headers == (("Retry-After", "3"),)
    assert Everything().reply(html).headers == (("Content-Type", "text/html"),)
    assert Everything(last_modified=NOON).reply(html).headers[1] == ("Last-Modified", "Fri, 21 Nov 2025 12:00:00 GMT")
    assert Redirect().reply(html).headers == (("Location", "/D1R0.html"),)
    assert Redirect(location="/elsewhere").reply(html).headers == (("Location", "/elsewhere"),)
    assert Flood(size=200_000_000).reply(html).length == 200_000_000
    assert Refuse(error="is_archived").reply(html).body == b'{"ok": false, "error": "is_archived"}'


def test_whether_the_site_acts_is_the_faults_choice() -> None:
    for fault, status in ((Reset(), 0), (Hang(), 0), (FixedReply(status=500), 500)):
        for acts_first in (True, False):
            rule = FaultRule(site=Site.SLACK, fault=fault, acts_first=acts_first)
            outcome, seen = sites.played(World(), a_call(), rule)
            assert (len(outcome.events), seen) == (int(acts_first), status)
    cut = FaultRule(site=Site.SLACK, fault=Truncate())
    assert sites.played(World(), a_call(), cut) == sites.played(World(), a_call(), None)


def test_a_draft_comes_and_goes() -> None:
    world = folded([PutDraft(name="D2300R11.pdf", file=FILE)])
    assert visit(world, asking())[1].status == 200
    assert visit(fold(world, RemoveDraft(name="D2300R11.pdf")), asking())[1].status == 404


def test_a_journal_counts_all_and_keeps_the_latest_in_order() -> None:
    journal = Journal()
    for number in range(PAGE * 2 + 7):
        journal = journal.with_entry(
            JournalEntry(at=NOON, verb="HEAD", name=str(number), status=404 if number % 2 else 200)
        )
    assert [entry.name for entry in journal.entries] == [str(number) for number in range(PAGE * 2 + 7)]
    assert sum(journal.statuses.values()) == PAGE * 2 + 7
    full = Journal(pages=(journal.page,) * MOST_PAGES, page=(journal.page[0],) * (PAGE - 1))
    assert len(full.with_entry(journal.page[0]).pages) == MOST_PAGES
