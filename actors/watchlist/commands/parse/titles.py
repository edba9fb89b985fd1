"""Words of titles, said in words: `papers with contracts in the title`. Pure."""

import re

WORKS = (
    r"(?:papers?|drafts?|proposals?|documents?|publications?|work|stuff|things?|anything|everything|something|all|news"
    r"|revisions?|versions?|updates?)"
)
"""What committees write, and what people call it."""

_ALL = r"(?:(?:all|any|every|the|new)\s+)*"
_IN_TITLES = r"\s+in\s+(?:the\s+|their\s+|its\s+)?titles?"
_HAVING = r"(?:(?:that|which)\s+)?(?:with|having|have|has|containing|contains?|mentioning|mentions?)"
_WITH_IN_TITLE = re.compile(
    rf"{_ALL}(?:{WORKS}\s+)?{_HAVING}\s+(?:the\s+words?\s+)?(\S.{{0,99}}?){_IN_TITLES}", re.IGNORECASE
)
_WHOSE_TITLE = re.compile(
    rf"{_ALL}{WORKS}\s+(?:whose|where\s+the|with\s+a|with\s+the)\s+titles?\s+(?:that\s+)?"
    r"(?:contains?|includes?|has|have|mentions?|says?|is|containing|including)\s+(\S.{0,99})",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    rf'(?:\b{WORKS}\s+)?\b{_HAVING}\s+(?:the\s+words?\s+)?"([^"\n]{{1,100}})"{_IN_TITLES}\b', re.IGNORECASE
)


def words_in_title(text: str) -> str | None:
    """The words that are to stand in a title; None if `text` says no such thing."""
    found = _WITH_IN_TITLE.fullmatch(text) or _WHOSE_TITLE.fullmatch(text)
    return None if found is None else found[1]


def with_marks(text: str) -> str:
    """`text` with a mark before each quote that is said to stand in a title."""
    return _QUOTED.sub(r'title:"\1"', text)
