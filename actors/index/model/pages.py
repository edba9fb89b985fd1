"""What is known of the pages of the sources. Values only."""

from dataclasses import dataclass
from datetime import datetime

from actors.index.model.fetching import IndexValidators
from actors.index.model.records import Candidate, Reading

NO_VALIDATORS = IndexValidators(url="", etag=None, last_modified=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """A page that is not believed yet: since when, in a few lines why, its digest, how many entries it has, and its
    validators; `is_accepted`: an operator believes it."""

    since: datetime
    why: str
    digest: int
    entries: int
    validators: IndexValidators
    is_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """A page as it was applied last: `checked_at` it was last known to be so, None before; `entries` it had; `digests`
    of it and of those before it, the newest last; `hints` as in Reading. `held`: what came since."""

    source: str
    page: str
    validators: IndexValidators = NO_VALIDATORS
    checked_at: datetime | None = None
    entries: int = 0
    digests: tuple[int, ...] = ()
    hints: tuple[str, ...] = ()
    held: HeldPage | None = None

    @property
    def is_known(self) -> bool:
        """Whether the server has answered for it."""
        return self.checked_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A page that may be applied: what was read, and its candidates with the ids that are not stored yet first.
    `is_quiet`: what is in it is no news. `pause` as in NotModified."""

    reading: Reading
    candidates: tuple[Candidate, ...]
    validators: IndexValidators
    is_quiet: bool = False
    pause: float = 0.0


MOST_DIGESTS = 8
"""Versions of a page that are remembered."""


def digests_after(page: PageState, digest: int) -> tuple[int, ...]:
    """The digests of a page's versions when one more is applied. One that was held has none before it; when the page
    goes back instead, nothing is forgotten."""
    if page.digests[-1:] == (digest,):
        return page.digests
    return (digest,) if page.held is not None else (*page.digests, digest)[-MOST_DIGESTS:]
