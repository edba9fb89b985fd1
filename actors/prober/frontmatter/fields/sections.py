"""What a draft says it is about, what is new in it, and which number it has. Pure."""

import re
from collections.abc import Iterator, Sequence

from actors.prober.frontmatter.fields import labels
from actors.prober.frontmatter.fields.fields import Fields, is_section_title
from actors.prober.frontmatter.fields.labels import Label
from actors.prober.frontmatter.text.page import MAIL_CLOSE, MAIL_OPEN, Page, RowKind
from actors.prober.frontmatter.text.polish import polished

LONGEST = 280
"""Characters of an abstract or of the changes."""

MOST_LINES = 4_000
MOST_TAKEN = 30
FIRST_LINES = 40

_NUMBER = re.compile(r"\b([PD])\s?(\d{4})\s?R(\d{1,2})\b", re.IGNORECASE)
_ABSTRACT = re.compile(r"(?:\d+(?:\.\d+)*\.?\s+)?abstract\W{0,3}", re.IGNORECASE)
_ABSTRACT_LINE = re.compile(r"abstract\s*[:.—–-]\s*(?P<rest>.{20,})", re.IGNORECASE)
_HISTORY = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s+)?(?:(?:revision|version|document|change)\s+)?(?:history|change\s?log|changes|revisions)\W{0,3}",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s+)?(?:changes?|differences|what.s\s+(?:new|changed)|updates?)?\s*(?:since|from|relative\s+to|over)\s+"
    r"(?:the\s+)?(?:(?:previous|last|prior)\s+(?:version|revision)|(?:version\s+|revision\s+)?\[?(?:[PD]\d{4}\s?)?R?(?P<before>\d{1,2})\]?)"
    r"(?:\s*(?:to|→|->|-|–)\s*(?:[PD]\d{4}\s?)?R?\d{1,2})?\W{0,3}",
    re.IGNORECASE,
)
_SINCE_WORD = re.compile(r"since|from|relative|over", re.IGNORECASE)
_SINCE_LINE = re.compile(
    r"(?:changes\s+)?(?:since|from|relative\s+to)\s+\[?(?:[PD]\d{4})?R(?P<before>\d{1,2})\]?\W{1,4}(?P<rest>\S.*)",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s+)?(?:(?:changes\s+)?(?:in|for|to)\s+)?(?:revision\s+|version\s+|[PD]\d{4}\s?)?R?(?P<revision>\d{1,2})"
    r"(?:\W.{0,60})?",
    re.IGNORECASE,
)
_HEADED = re.compile(r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+[A-Z].{0,80}")
_DOTS = re.compile(r"(?:\.\s?){4,}|\s{3,}\d{1,3}$")
"""Lines of a table of contents."""

_BULLET = re.compile(r"(?:[•◦▪‣*–—-]|\(?(?:\d{1,2}|[a-z])[.)])\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`“\"(\[])")


class SectionText:
    """A line of the document; `is_heading` also of one that only looks like one, where nothing is marked."""

    __slots__ = ("is_heading", "kind", "text")

    def __init__(self, text: str, kind: RowKind) -> None:
        self.text = text
        self.kind = kind
        self.is_heading = kind is RowKind.HEADING or (
            kind is RowKind.PLAIN
            and len(text) <= 90
            and (_HEADED.fullmatch(text) is not None or is_section_title(text))
        )


def number_of(page: Page, fields: Fields) -> str:
    """The number as it is printed ("D2300R10"), under its label or near the beginning; empty when none is."""
    lines = (line for row in page.rows[:FIRST_LINES] for cell in row.cells for line in cell[:FIRST_LINES])
    for text in (*fields.near(Label.NUMBER), *page.marked[:1], *page.titles[:1], *lines):
        if (match := _NUMBER.search(text)) is not None:
            return f"{match[1].upper()}{match[2]}R{int(match[3])}"
    return ""


def abstract_of(texts: Sequence[SectionText]) -> str:
    """The first sentences of the abstract; empty when there is none."""
    for place, each in enumerate(texts):
        if (each.is_heading or each.kind is RowKind.TABLE) and _ABSTRACT.fullmatch(each.text):
            return _sentences(_below(texts, place))
        if (begun := _ABSTRACT_LINE.match(each.text)) is not None:
            return _sentences([begun["rest"], *(_below(texts, place) if each.kind is RowKind.PLAIN else [])])
    return ""


def changes_of(texts: Sequence[SectionText], number: str) -> str:
    """What is new in this revision, in its author's words: the first lines below "Changes since R3", or of the newest
    entry of the history; empty when there are none."""
    match = _NUMBER.search(number)
    revision = int(match[3]) if match is not None else None
    if revision == 0:
        return ""
    since = [(place, found) for place, each in enumerate(texts) if (found := _since(texts, place)) is not None]
    for place, found in since:
        if revision is None or found["before"] is None or int(found["before"]) == revision - 1:
            return _listed(_below(texts, place))
    for place, each in enumerate(texts):
        if each.is_heading and _HISTORY.fullmatch(each.text):
            return _listed(_entry(texts, place + 1, revision)) if revision is not None else ""
    return ""


def texts_of(page: Page) -> list[SectionText]:
    """The lines of a document, tables of contents left out where they can be told."""
    return list(_texts(page))


def _texts(page: Page) -> Iterator[SectionText]:
    count = 0
    for row in page.rows:
        for cell in row.cells:
            for line in cell:
                if row.kind is RowKind.PLAIN and _DOTS.search(line) is not None:
                    continue
                is_rough = row.kind is RowKind.PLAIN or MAIL_OPEN in line
                text = polished(line.replace(MAIL_OPEN, " ").replace(MAIL_CLOSE, " ")) if is_rough else line
                count += 1
                if count > MOST_LINES:
                    return
                yield SectionText(text, row.kind)


def _since(texts: Sequence[SectionText], place: int) -> re.Match[str] | None:
    """Whether a line begins what changed since a revision: a heading, or a line above a list."""
    each = texts[place]
    if len(each.text) > 90 or _SINCE_WORD.search(each.text) is None:
        return None
    is_above_list = each.kind is RowKind.TEXT and place + 1 < len(texts) and texts[place + 1].kind is RowKind.ITEM
    is_plain = each.kind is RowKind.PLAIN and each.text[:1].isupper()
    return _SINCE.fullmatch(each.text) if each.is_heading or is_above_list or is_plain else None


def _below(texts: Sequence[SectionText], place: int) -> list[str]:
    """The lines below a heading, up to the next one."""
    found: list[str] = []
    for each in texts[place + 1 : place + 1 + MOST_TAKEN]:
        is_over = each.is_heading or (each.kind is RowKind.TABLE and labels.alone(each.text) is not None)
        if is_over or (found and not each.text and each.kind is RowKind.PLAIN):
            break
        is_rest = each.kind is RowKind.PLAIN and found and _BULLET.match(each.text) is None
        if each.text and is_rest:
            found[-1] = _whole_words(f"{found[-1]} {each.text}")
        elif each.text:
            found.append(each.text)
    return found


def _entry(texts: Sequence[SectionText], begin: int, revision: int) -> list[str]:
    """The entry of this revision in a history."""
    for place in range(begin, min(len(texts), begin + 200)):
        each = texts[place]
        if each.is_heading and _ENTRY.fullmatch(each.text) is None and _SINCE.fullmatch(each.text) is None:
            return []
        since = _SINCE_LINE.match(each.text)
        if since is not None and int(since["before"]) == revision - 1:
            rest = since["rest"]
            return [rest[:1].upper() + rest[1:], *(_below(texts, place) if rest.endswith(":") else [])]
        match = _ENTRY.match(each.text)
        if match is None or int(match["revision"]) != revision or not _names_revision(each.text):
            continue
        rest = re.sub(r"^\W*(?:[Rr]evision\s+|[PD]\d{4}\s?)?R?\d{1,2}\W*", "", each.text)
        below = []
        for following in _below(texts, place):
            if (other := _ENTRY.match(following)) is not None and _names_revision(following) and other["revision"]:
                break
            below.append(following)
        return [rest, *below] if len(rest) > 30 and rest[:1].isupper() else below or [rest]
    return []


def _names_revision(text: str) -> bool:
    return (
        re.match(r"(?:\d+(?:\.\d+)*\.?\s+)?(?:.{0,20}\b)?(?:R\d|[Rr]evision\s+\d|[Vv]ersion\s+\d)", text[:40])
        is not None
    )


def _listed(lines: Sequence[str]) -> str:
    """Lines as one, items of a list parted by semicolons."""
    plain = [line.lstrip("•◦▪‣*-–— ").rstrip(" .;") for line in lines]
    text = ""
    for line in filter(None, plain):
        joined = f"{text}; {line}" if text else line
        if len(joined) > LONGEST:
            return polished(text or _cut(line))
        text = joined
    return polished(text)


def _sentences(lines: Sequence[str]) -> str:
    """The first sentences, as many as fit."""
    text = _whole_words(" ".join(lines))
    found = ""
    for sentence in _SENTENCE_END.split(text):
        joined = f"{found} {sentence}".strip()
        if len(joined) > LONGEST:
            break
        found = joined
    return polished(found or _cut(text))


def _whole_words(text: str) -> str:
    """Words that were parted at the end of a line are whole again."""
    return re.sub(r"(?<=[a-z])[-‐] (?=[a-z])", "", text)


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"
