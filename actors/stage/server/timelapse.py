"""The time-lapse of the demo: what really happened between two snapshots of the index, in about a minute. Pure.

Each draft is the real paper that later appeared under that number. Made up are that its draft lay in the papers folder
first, and when; that one changed and one was withdrawn; the groups; and the people.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_DAY = "2025-05-29"
LAST_DAY = "2025-11-12"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAppearance:
    """After `seconds` a file of a draft for these groups lies in the papers folder."""

    seconds: float
    name: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRevision:
    """After `seconds`, and once it was announced, the file of a draft is replaced by one with another text."""

    seconds: float
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRemoval:
    """After `seconds`, and once it was announced, the file of a draft is gone."""

    seconds: float
    name: str


PlayStep = DraftAppearance | DraftRevision | DraftRemoval

STEPS: tuple[PlayStep, ...] = (
    DraftAppearance(seconds=2.0, name="D3718R0.html", audience=("LEWG",)),
    DraftAppearance(seconds=5.0, name="D3724R0.html", audience=("SG6", "LEWG")),
    DraftAppearance(seconds=5.0, name="D3731R0.pdf", audience=("EWG",)),
    DraftAppearance(seconds=9.0, name="D2996R13.html", audience=("CWG", "LWG")),
    DraftAppearance(seconds=9.5, name="D2996R13.pdf", audience=("CWG", "LWG")),
    DraftAppearance(seconds=13.0, name="D3726R0.html", audience=("EWG", "CWG")),
    DraftAppearance(seconds=16.0, name="D3732R0.pdf", audience=("SG1", "SG9", "LEWG")),
    DraftRevision(
        seconds=18.0, name="D3718R0.html", text="The third section is new: it says what changes for senders."
    ),
    DraftAppearance(seconds=19.0, name="D3149R11.pdf", audience=("LEWG", "LWG")),
    DraftRemoval(seconds=21.0, name="D3724R0.html"),
)
"""In the order of their seconds, which count from when the people have said what they watch."""

APPEARANCES = tuple(step for step in STEPS if isinstance(step, DraftAppearance))

MAILED = ("D3718R0", "D3731R0", "D2996R13", "D3732R0", "D3149R11")
"""The drafts whose papers are in the mailing."""

MAILING_APPEARS = 23.0
"""Seconds after which open-std.org has the mailing, once all of the steps were told."""

INDEX_MOVES = 27.0
"""Seconds after which the index is that of LAST_DAY, once all of the steps were told: the drafts have become papers."""

PATIENCE_SECONDS = 15.0
"""After this a wait is said."""

DIGEST_AFTER = timedelta(seconds=15)
"""The digest comes at the first full minute that is as far away from when everything has been told."""

DIGEST_GRACE = timedelta(seconds=15)
"""A digest that has not come so long after its minute was asked for too late."""

DIGEST_BEFORE = timedelta(hours=6)
"""Until everything has been told, the digest is at the first full hour that is as far away: news is kept for it."""

WATCHES = (
    ("U0REFLECT", "P2996"),
    ("U0REFLECT", "author:Barry Revzin"),
    ("U0SENDER", "author:Niebler"),
    ("U0SENDER", "P3149"),
    ("U0KERNEL", "audience:EWG"),
    ("U0KERNEL", "audience:SG6"),
)
"""Who watches what in the demo: three people who are made up."""

DIGESTED = "U0KERNEL"
"""Who gets a digest."""

PEOPLE = (("U0REFLECT", "Robin"), ("U0SENDER", "Sam"), ("U0KERNEL", "Kim"))


def digest_hour(now: datetime) -> datetime:
    """The time of a digest that does not come while the drafts appear."""
    return (now + DIGEST_BEFORE).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def digest_minute(now: datetime, after: timedelta = DIGEST_AFTER) -> datetime:
    """The first full minute that is so far away."""
    at = now + after
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1 if at.second or at.microsecond else 0)


async def ask_for_digest(
    now: Callable[[], datetime],
    ask: Callable[[datetime], Awaitable[None]],
    comes_until: Callable[[datetime], Awaitable[bool]],
) -> None:
    """`ask` for a digest at a minute that is soon, and again where that was over before the service had read it, each
    time with twice as much time to do so. `comes_until` waits for the digest until then, and says whether it came."""
    after = DIGEST_AFTER
    while True:
        at = digest_minute(now(), after)
        await ask(at)
        if await comes_until(max(at, now()) + DIGEST_GRACE):
            return
        after *= 2


def untold(steps: Iterable[PlayStep], told: Collection[str]) -> tuple[PlayStep, ...]:
    """The steps of which none of the messages in the readers' channel tells."""
    return tuple(step for step in steps if not any(_tells(text, step) for text in told))


def unlisted(told: Collection[str]) -> tuple[str, ...]:
    """The drafts of which none of the messages in the readers' channel says that they are papers now."""
    ids = dict.fromkeys(f"P{each.name.partition('.')[0][1:]}" for each in APPEARANCES)
    return tuple(id for id in ids if not any(id in text and "published" in text for text in told))


def _tells(text: str, step: PlayStep) -> bool:
    if step.name.partition(".")[0] not in text:
        return False
    words = text.lower()
    match step:
        case DraftAppearance():
            return True
        case DraftRevision():
            return "updated" in words
        case DraftRemoval():
            return "withdrawn" in words
