"""Escapes text for Slack's mrkdwn, and turns our mrkdwn into plain text. Pure.

According to Slack, only `&`, `<` and `>` need escaping. Mentions and links are written in angle brackets, so an escaped
text can mention nobody.
"""

import html
import re
import unicodedata
from types import MappingProxyType

ENTITIES = MappingProxyType(str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"}))
_IN_URLS = MappingProxyType(str.maketrans({"|": "%7C", "<": "%3C", ">": "%3E", '"': "%22", "&": "&amp;"}))
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_MARKS = MappingProxyType(str.maketrans("", "", "*~`"))
_UNDERSCORES = re.compile(r"(?<!\w)_++|_++(?![^\W_])")
"""Underscores that could format text. Between two letters they do not: `is_constant_evaluated` stays as it is."""

_USER = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
MAX_USER_CHARACTERS = 50

_BOLD = re.compile(r"\*([^*\n]+)\*")


def one_line(text: str) -> str:
    """`text` on one line, with single spaces and without invisible characters."""
    seen = (letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in UNSEEN)
    return " ".join("".join(seen).split())


def escaped(text: str, most: int) -> str:
    """`text` on one line, escaped, and cut with an ellipsis after `most` characters. No entity is cut."""
    line = one_line(text[: most * 4])
    whole = line.translate(ENTITIES)
    if len(whole) <= most and len(text) <= most * 4:
        return whole
    kept: list[str] = []
    left = most - 1
    for letter in line:
        piece = letter.translate(ENTITIES)
        left -= len(piece)
        if left < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def unmarked(text: str) -> str:
    """`text` without characters that would start or end formatting."""
    return _UNDERSCORES.sub("", text.translate(_MARKS))


def link(url: str, label: str, most: int, most_label: int = 40) -> str:
    """`<url|label>`. Empty if `url` is not a web address (it could become a mention) or is longer than `most`."""
    address = "".join(one_line(url).split()).translate(_IN_URLS)
    if not address.startswith(("https://", "http://")) or len(address) > most:
        return ""
    return f"<{address}|{escaped(label, most_label).replace('|', '/')}>"


def plain(mrkdwn: str) -> str:
    """Our mrkdwn as plain text: bold without asterisks, a link as `label: url`."""
    unlinked = _LINK.sub(r"\2: \1", mrkdwn)
    return html.unescape(_BOLD.sub(r"\1", unlinked)).replace("\N{WORD JOINER}", "")


def mention(user: str) -> str:
    """A user, by the name that Slack shows."""
    return f"<@{user}>" if _USER.fullmatch(user) else escaped(user, MAX_USER_CHARACTERS)
