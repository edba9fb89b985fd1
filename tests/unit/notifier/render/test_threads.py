"""Which notices begin a conversation, and which go on with one."""

from itertools import count

from actors.notifier.render.notices import for_channel
from actors.notifier.render.threads import MAX_THREADED_NOTICES, ThreadedMessage, arranged, subject_of
from messages.notices import Happening, Notice
from tests.watching_builders import a_notice


def arrange(notices: list[Notice], known: dict[str, str]) -> list[ThreadedMessage]:
    numbers = count(1)
    return list(arranged(notices, known, for_channel, lambda: f"m{next(numbers)}"))


def test_a_draft_and_its_paper_are_one_subject() -> None:
    assert subject_of("D2300R11") == subject_of("P2300R11") == "2300R11"
    assert len({subject_of(id) for id in ("D2300R11", "D2300R12", "N2300", "LWG2300", "D0019", "P19")}) == 5


def test_what_becomes_of_a_draft_goes_into_the_thread_of_its_first_notice() -> None:
    published = a_notice("P2300R11", happening=Happening.DRAFT_PUBLISHED)
    fresh, later = arrange([published, a_notice("D1000R0")], {"2300R11": "m0"})
    assert (fresh.rendered.ids, fresh.parent, fresh.subjects) == (("D1000R0",), "", ("1000R0",))
    assert (later.rendered.ids, later.parent) == (("P2300R11",), "m0")


def test_what_has_no_room_in_a_message_goes_into_its_thread() -> None:
    posts = arrange([a_notice(f"D{number}R0") for number in range(1000, 1200)], {})
    assert len(posts) > 2
    assert posts[0].parent == ""
    assert {post.parent for post in posts[1:]} == {"m1"}


def test_much_at_once_is_one_message_and_no_flood_in_threads() -> None:
    known = {f"{number}R0": f"k{number}" for number in range(1000, 1200)}
    papers = [a_notice(f"P{number}R0", happening=Happening.DRAFT_PUBLISHED) for number in range(1000, 1200)]
    assert arrange(papers, known)[0].parent == ""
    assert len({post.parent for post in arrange(papers, known)}) == 2
    assert [post.parent for post in arrange(papers[:MAX_THREADED_NOTICES], known)] == [
        f"k{1000 + n}" for n in range(MAX_THREADED_NOTICES)
    ]
