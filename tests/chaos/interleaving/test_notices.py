"""Notices are read out of messages as the notifier words them."""

from collections import Counter
from collections.abc import Sequence

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render import notices
from actors.stage.world.state import Message
from messages.notices import Happening, Notice
from tests.builders import NOON
from tests.chaos.interleaving.notices import Reader, Told, notices_of


def a_notice(id: str, happening: Happening, *matched: str) -> Notice:
    return Notice(id=id, happening=happening, title="On P1 (new draft)", authors=("A",), links=(), matched=matched)


def read(worded: Sequence[RenderedMessage]) -> list[Told]:
    return [told for each in worded for told in notices_of("C", each.text)]


def test_one_notice() -> None:
    worded = notices.for_user([a_notice("D0012R1", Happening.DRAFT_FOUND, "P12")])
    assert read(worded) == [Told("C", "new draft", "D0012R1")]


def test_several_of_a_kind_and_of_several_kinds() -> None:
    papers = [a_notice("P0001R0", Happening.PAPER_ADDED, "a"), a_notice("P0002R0", Happening.PAPER_ADDED, "b")]
    mixed = [*papers, a_notice("LWG3", Happening.PAPER_CHANGED, "c")]
    new = [Told("C", "new paper", "P0001R0"), Told("C", "new paper", "P0002R0")]
    assert read(notices.for_user(papers)) == new
    assert read(notices.for_user(mixed)) == [*new, Told("C", "changed issue", "LWG3")]


def test_what_is_for_the_channel() -> None:
    published = [a_notice(f"P000{number}R1", Happening.DRAFT_PUBLISHED) for number in (1, 2)]
    assert read(notices.for_channel(published[:1])) == [Told("C", "paper published", "P0001R1")]
    assert read(notices.for_channel(published))[1] == Told("C", "paper published", "P0002R1")


def test_many_over_several_messages_and_entries() -> None:
    many = [a_notice(f"P{number:04d}R0", Happening.PAPER_ADDED, f"entry {number % 9}") for number in range(100)]
    worded = notices.for_user(many)
    assert len(worded) > 1
    assert read(worded) == [Told("C", "new paper", notice.id) for notice in many]


def test_new_messages_count_with_the_earlier_ones_and_a_changed_one_in_place_of_the_old() -> None:
    reader = Reader()
    first, second, other = (
        Message(channel="C", ts="1", at=NOON, payload={"text": f"P000{number}R0 new paper: x"}) for number in (1, 2, 3)
    )
    assert reader.told((first,)) == Counter({Told("C", "new paper", "P0001R0"): 1})
    assert reader.told((first, second, second))[Told("C", "new paper", "P0002R0")] == 2
    assert reader.told((other, second)).keys() == {Told("C", "new paper", f"P000{number}R0") for number in (2, 3)}
