"""Which notices begin a conversation, and which go on with one. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from actors.notifier.model.outgoing import RenderedMessage
from messages.notices import Notice

FEW = 5
"""So many at once go into the threads of their papers; more are one message, with the rest in its thread."""

_PAPER = re.compile(r"[PD]0*([0-9]+)(R[0-9]+)?")

Wording = Callable[[Sequence[Notice]], tuple[RenderedMessage, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadedMessage:
    """One message of a batch. `id` of the message; `parent`, in whose thread it goes, empty for none; the `subjects`
    that it announces."""

    id: str
    worded: RenderedMessage
    parent: str
    subjects: tuple[str, ...]


def subject_of(id: str) -> str:
    """What stays the same while a draft becomes a paper: `2300R11` of `D2300R11` and `P2300R11`."""
    paper = _PAPER.fullmatch(id)
    return f"{paper[1]}{paper[2] or ''}" if paper is not None else id


def arranged(
    notices: Sequence[Notice], known: Mapping[str, str], word: Wording, new_id: Callable[[], str]
) -> tuple[ThreadedMessage, ...]:
    """A batch as messages. `known`: subjects that the recipient was told of, with the message in whose thread more of
    them goes."""
    later = [notice for notice in notices if subject_of(notice.id) in known]
    if len(later) > FEW:
        later = []
    first = [notice for notice in notices if notice not in later]
    posts = _conversation(first, "", word, new_id) if first else []
    threads: dict[str, list[Notice]] = {}
    for notice in later:
        threads.setdefault(known[subject_of(notice.id)], []).append(notice)
    for parent, theirs in threads.items():
        posts += _conversation(theirs, parent, word, new_id)
    return tuple(posts)


def _conversation(
    notices: Sequence[Notice], parent: str, word: Wording, new_id: Callable[[], str]
) -> list[ThreadedMessage]:
    """The first message, and all that has no room in it, in the same thread."""
    posts: list[ThreadedMessage] = []
    for worded in word(notices):
        id = new_id()
        subjects = tuple(map(subject_of, worded.ids))
        posts.append(ThreadedMessage(id=id, worded=worded, parent=parent, subjects=subjects))
        parent = parent or id
    return posts
