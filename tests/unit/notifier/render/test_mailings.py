"""The notice of a mailing, and a user's message with what is theirs."""

from actors.notifier.render import notices
from messages.notices import Happening, Notice
from tests.watching_builders import a_notice, a_summary

MAILING = Notice(
    id="2025-02",
    happening=Happening.MAILING_PUBLISHED,
    title="2025-02 pre-Nowhere",
    authors=(),
    links=(),
    matched=(),
    detail="200 papers",
    by_group=(
        ("LEWG", tuple(f"P{number:04d}R0" for number in range(1, 100))),
        ("SG16", ("P0001R0",)),
        ("no group", ("P0200R0",)),
    ),
)


def test_the_channel_gets_one_notice_with_the_papers_by_group() -> None:
    (message,) = notices.for_channel([MAILING])

    assert "2025-02 pre-Nowhere" in message.text
    assert "200 papers" in message.text
    assert "*LEWG* (99): " in message.text
    assert "*SG16* (1): " in message.text
    assert "93 more" in message.text
    assert message.ids == ("2025-02",)


def test_very_many_groups_fit_into_one_message() -> None:
    ids = tuple(f"P{number:04d}R10" for number in range(1, 2000))
    groups = tuple((f"SG{number}", ids) for number in range(1, 100))

    (message,) = notices.for_channel(
        [Notice(id="2025-02", happening=Happening.MAILING_PUBLISHED, title="x", authors=(), links=(), matched=(),
                by_group=groups)]
    )  # fmt: skip

    assert len(message.text) < 3900


def test_what_is_a_users_of_a_mailing_is_one_message_that_names_it() -> None:
    theirs = [
        a_notice(f"P{number:04d}R0", happening=Happening.PAPER_ADDED, matched=("koppe",)) for number in range(200)
    ]

    message = notices.summary_for_user(a_summary(*theirs, mailing="2025-02 pre-Nowhere"))

    assert message.text.startswith("Mailing 2025-02 pre-Nowhere: ")
    assert len(message.text) < 3900


def test_a_mailing_that_is_called_so_is_not_called_so_twice() -> None:
    theirs = [a_notice(f"P{number:04d}R0", happening=Happening.PAPER_ADDED) for number in range(200)]

    message = notices.summary_for_user(a_summary(*theirs, mailing="2026-11 mailing"))

    assert message.text.startswith("2026-11 mailing: ")
