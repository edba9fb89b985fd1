"""Escapes text for Slack's mrkdwn, and turns our mrkdwn into plain text. Pure.

According to Slack, only `&`, `<` and `>` need escaping. Mentions and links are written in angle brackets, so an escaped
text can mention nobody. What Slack would show as an emoji (`:thread:` in `std::thread::id`) becomes code, which Slack
shows as it is written and which can be copied.
"""

import html
import re
import unicodedata
from datetime import UTC, datetime
from types import MappingProxyType

ENTITIES = MappingProxyType(str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"}))
_IN_URLS = MappingProxyType(str.maketrans({"|": "%7C", "<": "%3C", ">": "%3E", '"': "%22", "&": "&amp;"}))
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_MARKS = MappingProxyType(str.maketrans("", "", "*~`"))
_TICKS = MappingProxyType(str.maketrans({"`": "'"}))
_UNDERSCORES = re.compile(r"(?<!\w)_++|_++(?![^\W_])")
"""Underscores that could format text. Between two letters they do not: `is_constant_evaluated` stays as it is."""

_USER = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
MAX_USER_CHARACTERS = 50

_BOLD = re.compile(r"\*([^*\n]+)\*")
_DATE = re.compile(r"<!date\^[0-9]+\^[^|>]*\|([^>]*)>")

_EMOJI = re.compile(r":(?:[-+]1|100|1234|[\w+'-]*[^\W\d_][\w+'-]*):")
"""The name of an emoji. Those with digits alone are times of day, but for two."""

_CODE_OR_WORD = re.compile(r"`[^`\n]+`|\S+")


def one_line(text: str) -> str:
    """`text` on one line, with single spaces and without invisible characters."""
    seen = (letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in UNSEEN)
    return " ".join("".join(seen).split())


def escaped(text: str, most: int) -> str:
    """`text` on one line, escaped and without emoji, and cut with an ellipsis when it would have more than `most`
    characters as JSON. No entity is cut."""
    line = one_line(text[: most * 4])
    for room in (most, most - most // 4, most // 2):
        shown = literal(_cut(line, room, is_whole=len(text) <= most * 4))
        if json_length(shown) <= most:
            return shown
    return _cut(line, most, is_whole=False).replace(":", "")


def _cut(line: str, most: int, *, is_whole: bool) -> str:
    whole = line.translate(ENTITIES)
    if json_length(whole) <= most and is_whole:
        return whole
    kept: list[str] = []
    left = most - 1
    for letter in line:
        piece = letter.translate(ENTITIES)
        left -= json_length(piece)
        if left < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def json_length(text: str) -> int:
    """How many characters a text without control characters has as JSON."""
    return len(text) + text.count('"') + text.count("\\")


def literal(text: str) -> str:
    """An escaped text in which every word with the name of an emoji is code."""
    if _EMOJI.search(text) is None:
        return text
    return _CODE_OR_WORD.sub(lambda found: _as_code(found[0]), text)


def _as_code(word: str) -> str:
    is_code = len(word) > 2 and word[0] == word[-1] == "`"
    return word if is_code or _EMOJI.search(word) is None else f"`{word.translate(_TICKS)}`"


def unmarked(text: str) -> str:
    """`text` without characters that would start or end formatting."""
    return _UNDERSCORES.sub("", text.translate(_MARKS))


def link(url: str, label: str, most: int, most_label: int = 40) -> str:
    """`<url|label>`. Empty if `url` is not a web address (it could become a mention) or is longer than `most`."""
    address = "".join(one_line(url).split()).translate(_IN_URLS)
    if not address.startswith(("https://", "http://")) or len(address) > most:
        return ""
    shown = escaped(label, most_label).replace("|", "/").replace("`", "")
    return f"<{address}|{_EMOJI.sub(lambda found: found[0].replace(':', ' '), shown)}>"


def local_time(moment: datetime, before: str) -> str:
    """A time in the time zone of whoever reads it, after a word."""
    text = f"{before} {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{before} {{date_short_pretty}} at {{time}}|{text}>"


def plain(mrkdwn: str) -> str:
    """Our mrkdwn as plain text: bold without asterisks, a link as `label: url`, a time in UTC."""
    unlinked = _LINK.sub(r"\2: \1", _DATE.sub(r"\1", mrkdwn))
    return html.unescape(_BOLD.sub(r"\1", unlinked))


def mention(user: str) -> str:
    """A user, by the name that Slack shows."""
    return f"<@{user}>" if _USER.fullmatch(user) else escaped(user, MAX_USER_CHARACTERS)
