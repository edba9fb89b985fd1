"""What a page of a source says: its records, and what came of reading it. Values only."""

from dataclasses import dataclass

from messages.papers import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class BadEntry:
    """An entry that cannot be read, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that is not the stored one of its source. `fingerprint` tells how it is written. `is_announced`: the
    source says that the paper is published; otherwise it is only known."""

    paper: Paper
    fingerprint: int
    is_announced: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMailing:
    """An anchor with papers: the mailing's name (`2025-02`) and title (`2025-02 pre-Hagenberg`), and the ids of its
    papers, without standing documents and rows that have no link; `url` is the anchor's."""

    name: str
    title: str
    ids: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole page, read: the records to look at; how many entries were valid (the unchanged ones too); how many were
    bad and the first of these; how many ids were of no known kind; `ids` of all that are valid; `digest` of them and
    how they are written, equal for equal pages. `is_whole`: the page has its end. `hints` are other pages of the
    source that it speaks of; `fluid` the fields that come and go. `is_window`: entries move between it and other pages
    of the source."""

    candidates: tuple[Candidate, ...]
    valid: int
    bad: int
    examples: tuple[BadEntry, ...]
    unknown: int
    ids: frozenset[str] = frozenset()
    digest: int = 0
    mailings: tuple[ListedMailing, ...] = ()
    is_whole: bool = True
    hints: tuple[str, ...] = ()
    fluid: frozenset[str] = frozenset()
    is_window: bool = False
