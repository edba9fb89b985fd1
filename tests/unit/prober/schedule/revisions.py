"""Revisions of papers, with their dates."""

from datetime import date

from hypothesis import strategies as st

from actors.prober.model.history import DatedRevision

TODAY = date(2025, 11, 21)
DAY = TODAY.toordinal()


def an_entry(number: int, revision: int = 0, days_ago: int = 100, authors: tuple[str, ...] = ()) -> DatedRevision:
    return DatedRevision(number=number, revision=revision, day=DAY - days_ago, authors=authors)


BLOCK = [an_entry(number, days_ago=400 - number // 10) for number in range(1, 1000)]


entries = st.builds(
    DatedRevision,
    number=st.integers(1, 80),
    revision=st.integers(0, 4),
    day=st.integers(DAY - 900, DAY + 30),
    authors=st.lists(st.sampled_from("abcde"), max_size=3).map(tuple),
)
