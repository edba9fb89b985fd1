"""Text from outside in Slack's mrkdwn, and mrkdwn of ours as plain text. Pure.

Slack documents that `&`, `<` and `>` are all that needs escaping: mentions and links are written in angle brackets, so
an escaped text can mention nobody.
"""

import html
import re
import unicodedata

ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_URLS = str.maketrans({"|": "%7C", "<": "%3C", ">": "%3E", '"': "%22", "&": "&amp;"})
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_MARKS = str.maketrans("", "", "*~`")
_UNDERSCORES = re.compile(r"(?<!\w)_++|_++(?![^\W_])")
"""Those that could format. Between two letters they do not: `is_constant_evaluated` stays as it is."""

_BOLD = re.compile(r"\*([^*\n]+)\*")


def one_line(text: str) -> str:
    """`text` on one line: every run of white space is a blank, and what cannot be seen is left out."""
    seen = (letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in UNSEEN)
    return " ".join("".join(seen).split())


def escaped(text: str, most: int) -> str:
    """`text` on one line, escaped, and with an ellipsis where it would be longer than `most` characters; no entity is
    cut."""
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
    """`text` without the signs that would format it, or end the format that it stands in."""
    return _UNDERSCORES.sub("", text.translate(_MARKS))


def link(url: str, label: str, most: int, most_label: int = 40) -> str:
    """`<url|label>`; empty for what is no web address (in angle brackets it could be a mention), or longer than `most`
    characters."""
    address = "".join(one_line(url).split()).translate(_IN_URLS)
    if not address.startswith(("https://", "http://")) or len(address) > most:
        return ""
    return f"<{address}|{escaped(label, most_label).replace('|', '/')}>"


def plain(mrkdwn: str) -> str:
    """A text of ours as it reads without markup: bold without its stars, a link as `label: url`."""
    unlinked = _LINK.sub(r"\2: \1", mrkdwn)
    return html.unescape(_BOLD.sub(r"\1", unlinked)).replace("\N{WORD JOINER}", "")
