"""What the readers' channel is told anyway, and what only its entries bring."""

import pytest

from actors.notifier.outbound.channels import beside_the_feed
from messages.notices import Happening
from tests.watching_builders import a_notice


@pytest.mark.parametrize(
    ("happening", "known", "is_told"),
    [
        (Happening.DRAFT_FOUND, (), False),
        (Happening.DRAFT_PUBLISHED, (), False),
        (Happening.MAILING_PUBLISHED, (), False),
        (Happening.PAPER_ADDED, ("P1R0",), False),
        (Happening.PAPER_ADDED, (), True),
        (Happening.PAPER_CHANGED, ("P1R0",), True),
    ],
)
def test_an_entry_of_the_readers_channel_brings_what_its_feed_does_not(
    happening: Happening, known: tuple[str, ...], is_told: bool
) -> None:
    notice = a_notice("P1R0", happening=happening)
    assert beside_the_feed((notice,), known) == ((notice,) if is_told else ())
