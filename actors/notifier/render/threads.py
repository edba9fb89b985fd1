"""Decides which notices start a thread and which continue one. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from actors.notifier.model.outgoing import RenderedMessage
from messages.notices import Notice

MAX_THREADED_NOTICES = 5
"""Up to this many notices at once go into the threads of their papers; more become one message with its own thread."""

_PAPER = re.compile(r"[PD]0*([0-9]+)(R[0-9]+)?")

Render = Callable[[Sequence[Notice]], tuple[RenderedMessage, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadedMessage:
    """One message of a batch: its id, the `parent` whose thread it belongs to (empty for none), and the `subjects` that
    it announces."""

    id: str
    rendered: RenderedMessage
    parent: str
    subjects: tuple[str, ...]


def subject_of(id: str) -> str:
    """What stays the same when a draft becomes a paper: `2300R11` for `D2300R11` and `P2300R11`."""
    paper = _PAPER.fullmatch(id)
    return f"{paper[1]}{paper[2] or ''}" if paper is not None else id


def arranged(
    notices: Sequence[Notice], known: Mapping[str, str], render: Render, new_id: Callable[[], str]
) -> tuple[ThreadedMessage, ...]:
    """Divide a batch into messages. `known` maps the subjects that the recipient already knows to the message whose
    thread continues them."""
    later = [notice for notice in notices if subject_of(notice.id) in known]
    if len(later) > MAX_THREADED_NOTICES:
        later = []
    first = [notice for notice in notices if notice not in later]
    posts = _thread(first, "", render, new_id) if first else []
    threads: dict[str, list[Notice]] = {}
    for notice in later:
        threads.setdefault(known[subject_of(notice.id)], []).append(notice)
    for parent, theirs in threads.items():
        posts += _thread(theirs, parent, render, new_id)
    return tuple(posts)


def _thread(notices: Sequence[Notice], parent: str, render: Render, new_id: Callable[[], str]) -> list[ThreadedMessage]:
    """A message; what does not fit into it continues in the same thread."""
    posts: list[ThreadedMessage] = []
    for rendered in render(notices):
        id = new_id()
        subjects = tuple(map(subject_of, rendered.ids))
        posts.append(ThreadedMessage(id=id, rendered=rendered, parent=parent, subjects=subjects))
        parent = parent or id
    return posts
