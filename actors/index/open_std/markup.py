"""The markup of a page before it is parsed, without what would hide rows from the parser or keep it busy. Pure."""

import re
from collections.abc import Generator

CHARACTERS_AT_ONCE = 32_768
"""Of the text: 2 ms, and 25 ms where all of them are brackets."""


MOST_NESTED = 100
"""Elements within each other. The pages have about ten; for ten thousand the parser takes a second, and for a hundred
thousand half a minute."""

_LOOSE = re.compile(
    r"<(?!!|\?|/?(?:a|abbr|acronym|address|b|base|basefont|big|blink|blockquote|body|br|caption|center|cite|code|col"
    r"|colgroup|dd|del|dfn|div|dl|dt|em|font|footer|form|h[1-6]|head|header|hr|html|i|img|input|ins|kbd|label|li|link|main"
    r"|meta|nav|nobr|o:p|ol|p|pre|q|s|samp|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|tfoot"
    r"|th|thead|title|tr|tt|u|ul|var)(?=[\s/>]|$))",
    re.IGNORECASE,
)
"""A `<` that begins no tag: of `vector<bool>` in a title, as it was typed."""

_NESTING = re.compile(
    r"<(/?)(address|article|aside|blockquote|center|dir|div|dl|fieldset|footer|form|h[1-6]|header|main|menu|nav|ol|pre"
    r"|section|table|ul)(?=[\s/>])[^<>]*>?",
    re.IGNORECASE,
)
"""Elements in which others are; without those that end by themselves."""


def plain_markup(text: str) -> Generator[None, None, str]:
    """The page with each `<` that begins no tag written as such, and without elements that are nested too deeply; in
    slices that begin with a `<`."""
    parts: list[str] = []
    nesting = _Nesting()
    at = 0
    while at < len(text):
        end = at + CHARACTERS_AT_ONCE
        if end < len(text) and (bracket := text.rfind("<", at + 1, end)) > 0:
            end = bracket
        parts.append(_NESTING.sub(nesting.kept, _LOOSE.sub("&lt;", text[at:end])))
        at = end
        yield
    return "".join(parts)


class _Nesting:
    """Which elements are open. An end ends the last one of its name, and all in it, but nothing outside of a table. The
    parser passes over an end of nothing as well, after it has looked through all that is open."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def kept(self, tag: re.Match[str]) -> str:
        """The tag; nothing if it would lead too deep, or ends nothing."""
        name = "h" if tag[2][0] in "hH" and tag[2][1].isdigit() else tag[2].lower()
        if tag[1]:
            return tag[0] if self._has_ended(name) else ""
        if len(self._open) >= MOST_NESTED:
            return ""
        self._open.append(name)
        return tag[0]

    def _has_ended(self, name: str) -> bool:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] == name:
                del self._open[at:]
                return True
            if self._open[at] == "table":
                return False
        return False
