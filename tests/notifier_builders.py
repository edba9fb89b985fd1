"""Short ways to make what the notifier's tests are about."""

from typing import Any

from hypothesis import strategies as st

from actors.notifier.model.outgoing import OutgoingMessage
from messages.notices import Happening, Link, Notice, TakeBackNotices
from tests.builders import NOON


def an_outgoing(id: str = "id", recipient: str = "anna", **fields: Any) -> OutgoingMessage:
    """A message that is marked sending."""
    known: dict[str, Any] = {"text": "", "attempt": 1, "failures": 0, "channel": None, "last_ts": None}
    return OutgoingMessage(id=id, recipient=recipient, **{**known, **fields})


ANY = st.text(max_size=1500)

LINKS = st.builds(Link, label=st.text(max_size=80), url=st.text(max_size=400).map("https://x/".__add__))

NOTICES = st.lists(
    st.builds(
        Notice,
        id=st.from_regex(r"\A[PDN][0-9]{4}R[0-9]{1,2}\Z"),
        happening=st.sampled_from([each for each in Happening if each is not Happening.SUSPICION]),
        title=st.one_of(ANY, st.text(alphabet="&<>*", min_size=1000, max_size=1500)),
        authors=st.lists(st.text(max_size=300), max_size=9).map(tuple),
        links=st.lists(LINKS, max_size=6).map(tuple),
        matched=st.lists(st.text(min_size=1, max_size=100), max_size=8).map(tuple),
        detail=st.text(max_size=500),
        audience=st.lists(st.text(max_size=100), max_size=6).map(tuple),
        previous=st.sampled_from(["", "P0001R0", "D0019"]),
        at=st.none() | st.just(NOON),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


def take_back(user: str = "U1", **fields: Any) -> TakeBackNotices:
    """Of U1, because they changed their mind."""
    known: dict[str, Any] = {"entries": (), "subjects": (), "everything": False, "reason": "you muted “P1000”"}
    return TakeBackNotices(user=user, **{**known, **fields})
