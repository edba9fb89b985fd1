"""The time-lapse of the demo: what really happened between two snapshots of the index, in half a minute. Pure.

Each draft is the real paper that later appeared under that number; that a draft lay in the papers folder first, and
when, is made up.
"""

from dataclasses import dataclass

FIRST_DAY = "2025-05-29"
LAST_DAY = "2025-11-12"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAppearance:
    """After `seconds` a file of a draft lies in the papers folder."""

    seconds: float
    name: str


APPEARANCES = (
    DraftAppearance(seconds=4.0, name="D3718R0.html"),
    DraftAppearance(seconds=7.0, name="D3724R0.html"),
    DraftAppearance(seconds=7.0, name="D3731R0.pdf"),
    DraftAppearance(seconds=11.0, name="D2996R13.html"),
    DraftAppearance(seconds=11.5, name="D2996R13.pdf"),
    DraftAppearance(seconds=16.0, name="D3726R0.html"),
    DraftAppearance(seconds=19.0, name="D3732R0.pdf"),
    DraftAppearance(seconds=22.0, name="D3149R11.pdf"),
)

INDEX_MOVES = 30.0
"""Seconds after which the index is that of LAST_DAY: the drafts have become papers."""

END_AT = 42.0
"""Seconds after which nothing more is scripted."""

WATCHES = (
    ("U0REFLECT", "P2996"),
    ("U0REFLECT", "author:Barry Revzin"),
    ("U0SENDER", "author:Niebler"),
    ("U0SENDER", "P3149"),
    ("U0KERNEL", "author:Köppe"),
)
"""Who watches what in the demo: three people who are made up. Authors are marked, because the index may not have loaded
yet when this is typed."""

PEOPLE = (("U0REFLECT", "Robin"), ("U0SENDER", "Sam"), ("U0KERNEL", "Kim"))
