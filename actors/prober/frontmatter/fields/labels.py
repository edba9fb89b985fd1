"""The labels under which papers say what they are, as they are written in the wild. Pure."""

import re
from enum import Enum


class Label(Enum):
    """AUTHOR, EDITOR, REPLY and CONTACT name people, the first of them that is there the authors, and COAUTHOR those to
    be added; PROJECT names a project, and at times the group below it; OTHER ends what was before it."""

    TITLE = "title"
    NUMBER = "number"
    DATE = "date"
    AUDIENCE = "audience"
    AUTHOR = "author"
    EDITOR = "editor"
    REPLY = "reply"
    CONTACT = "contact"
    COAUTHOR = "coauthor"
    PROJECT = "project"
    OTHER = "other"


PEOPLE = (Label.AUTHOR, Label.EDITOR, Label.REPLY, Label.CONTACT)

NAMING = frozenset({*PEOPLE, Label.COAUTHOR})
"""All labels under which people stand."""

_WITH = r"(?:\s*(?:[/,&]|and|or)\s*(?:co-?authors?|authors?|editors?|reply[- ]?to|contacts?|e-?mails?|presenters?))*"
_PATTERNS = (
    (Label.TITLE, r"(?:paper |document )?title|subject"),
    (
        Label.NUMBER,
        r"(?:(?:iso/iec\s+)?(?:jtc1/sc22/)?wg21\s+)?(?:doc(?:ument)?|paper)s?\.?(?:\s*(?:\#|no|nr|num(?:ber)?|id)s?)?"
        r"|(?:no|nr|number|wg21\s+(?:no|number))",
    ),
    (
        Label.DATE,
        r"(?:document\s+|revision\s+)?dated?|published|last\s+(?:update|updated|modified|revised|change)|updated",
    ),
    (
        Label.AUDIENCE,
        r"(?:target(?:ed)?|intended|proposed|primary)?\s*audiences?(?:\s*/\s*(?:sub-?)?groups?)?|(?:targeted\s+sub|sub|targeted|target|study|working)"
        r"[- ]?\s?(?:working\s+)?groups?(?:\s*/\s*audiences?)?|evolution\s+groups?|audience\(s\)|targets|"
        r"sub-?groups?\s*[/,]\s*audiences?|audiences?\s*[/,]\s*(?:target|sub-?groups?)|wg21\s+audiences?",
    ),
    (Label.COAUTHOR, r"(?:and\s+)?co-?(?:authors?|editors?)(?:\s*\(s\))?" + _WITH),
    (
        Label.OTHER,
        r"(?:former|previous|past|original|emeritus)\s+(?:co-?)?(?:authors?|editors?)(?:\s*\(s\))?|"
        r"(?:with\s+)?contributions?(?:\s+(?:by|from))?|contributing\s+authors?|additional\s+contributors?",
    ),
    (
        Label.AUTHOR,
        r"(?:primary\s+|main\s+|lead\s+|corresponding\s+|paper\s+)?authors?(?:\s*\(s\))?" + _WITH + r"(?:\s*e-?mails?)?"
        r"|(?:submitted|written|prepared|proposed)\s+by|submitters?(?:\s*\(s\))?|name",
    ),
    (Label.EDITOR, r"(?:project\s+)?editors?(?:\s*\(s\))?" + _WITH),
    (
        Label.REPLY,
        r"(?:please\s+)?repl(?:y|ies)[\s-]*to" + _WITH + r"|address\s+(?:comments|replies)\s+to|respond\s+to",
    ),
    (Label.CONTACT, r"contacts?(?:\s+(?:persons?|info(?:rmation)?|authors?))?|e-?mails?(?:\s+address(?:es)?)?|from|by"),
    (Label.PROJECT, r"projects?|target(?:\s+version)?|ship\s+vehicle|(?:proposed|addressed|intended)\s+(?:for|to)|to"),
    (
        Label.OTHER,
        r"issue\s+tracking|(?:current\s+)?source(?:\s+code)?|this(?:\s+version)?|(?:latest|previous)"
        r"(?:\s+(?:version|revision|draft|published)s?)*|status|abstract|summary|revis(?:es|ion)s?|supersedes|replaces"
        r"|copyright|git(?:hub|lab)?|repo(?:sitory)?|url|doc(?:ument)?"
        r"\s+type|links?|related(?:\s+papers)?|keywords?|references?|see\s+also|liaison|feature|(?:revision\s+)?history"
        r"|changes|contents|table\s+of\s+contents|introduction|motivation|overview|version|toggle\s+diffs|"
        r"(?:programming\s+)?language|standard|poll|implementation|permalink|feedback|wording|"
        r"acknowledge?ments?|organization|affiliation|company|sponsors?|champions?|presenters?|reviewers?|contributors?"
        r"|note|disclaimer|discussion|purpose|proposal|issues?|phone|tel(?:ephone)?|fax|web(?:site)?|numbers?\s+of\s+pages",
    ),
)
_EDGE = r"^[\s\W]{0,6}"
_LABEL = "|".join(f"(?P<{label.value}_{place}>{pattern})" for place, (label, pattern) in enumerate(_PATTERNS))
_ALONE = re.compile(rf"{_EDGE}(?:{_LABEL})\s*(?:\(s\))?\s*[.:：=]?\s*$", re.IGNORECASE)
_LEADING = re.compile(rf"{_EDGE}(?:{_LABEL})\s*(?:\(s\))?\s*(?:\.?\s?[:：=]+|\t+|\s{{3,}}|\s\|)\s*", re.IGNORECASE)
_LOOSE = re.compile(rf"{_EDGE}(?:{_LABEL})\s*[.:：=]?\s+", re.IGNORECASE)
_MARKED = re.compile(r"[:：=\t|]|\s{3}")
"""What marks a label as one."""

LONGEST = 80
"""Characters of a line that can begin with a label, up to its end."""


def alone(text: str) -> Label | None:
    """The label that the whole of a text is."""
    match = _ALONE.match(text) if len(text) <= LONGEST else None
    return None if match is None else _label(match)


def leading(line: str) -> tuple[Label, str] | None:
    """The label, marked as one, that a line begins with, and the rest of the line."""
    if _MARKED.search(line, 0, LONGEST) is None:
        return None
    if (match := _LEADING.match(line[:LONGEST])) is not None:
        return _label(match), line[match.end() :].strip()
    label = alone(line)
    return None if label is None or not line.rstrip().endswith((":", "：")) else (label, "")


def loosely_leading(line: str) -> tuple[Label, str] | None:
    """The same of a label that nothing marks: who asks has to look at the rest."""
    match = _LOOSE.match(line[:LONGEST])
    return None if match is None else (_label(match), line[match.end() :].strip())


def _label(match: re.Match[str]) -> Label:
    assert match.lastgroup is not None, "each alternative is a group"
    return Label(match.lastgroup.partition("_")[0])
