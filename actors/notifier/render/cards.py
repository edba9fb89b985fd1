"""What the card of a draft says after later news. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render.threads import subject_of
from messages.notices import Happening, Notice

OF_DRAFTS = frozenset(
    {Happening.DRAFT_FOUND, Happening.DRAFT_UPDATED, Happening.DRAFT_WITHDRAWN, Happening.DRAFT_PUBLISHED}
)

_BROADCAST = frozenset({Happening.DRAFT_WITHDRAWN, Happening.DRAFT_PUBLISHED, Happening.PAPER_ADDED})
"""What ends a draft is shown in the channel too, and not only in its thread."""


def card_of(rendered: RenderedMessage) -> tuple[Notice, ...]:
    """The card of a message; empty if no draft is among its notices, or if it is a part, whose headline would be
    lost."""
    is_about_drafts = any(notice.happening in OF_DRAFTS for notice in rendered.card)
    return rendered.card if is_about_drafts and not rendered.is_part else ()


def after(card: Sequence[Notice], news: Sequence[Notice]) -> tuple[Notice, ...]:
    """The card with the newest state of each draft. Why its readers were told stays."""
    newest = {subject_of(notice.id): notice for notice in news}
    return tuple(_after(notice, newest.get(subject_of(notice.id))) for notice in card)


def is_broadcast(notices: Sequence[Notice]) -> bool:
    """Whether news in a thread is shown in the channel too."""
    return any(notice.happening in _BROADCAST for notice in notices)


def _after(old: Notice, new: Notice | None) -> Notice:
    if new is None:
        return old
    return replace(
        new,
        title=new.title or old.title,
        authors=new.authors or old.authors,
        audience=new.audience or old.audience,
        matched=old.matched or new.matched,
        mentioned=old.mentioned or new.mentioned,
    )
