"""Turns what people type, and what Slack makes of it, into plain text. Pure.

Slack delivers `P2300` in a link as `<https://wg21.link/P2300|P2300>`, a mention as `<@U012AB3CD>`, and `&`, `<`, `>` as
entities; keyboards and word processors insert typographic quotes and special spaces.
"""

import re
import unicodedata
from types import MappingProxyType

_ANGLES = re.compile(r"<([^<>|\n]*)(?:\|([^<>\n]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_URL = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:^|/)((?:[dpn]|cwg|lwg|ewg|lewg|fs|edit)[0-9]{1,6}(?:r[0-9]{1,4})?)(?:\.[a-z]{2,5})?$", re.IGNORECASE
)
_SIGNS = MappingProxyType(str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'",
     "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "：": ":", "，": ",", "；": ";", "、": ",",
     "`": " ", "*": " "}
))  # fmt: skip
"""Typographic characters and what they stand for, and Slack's markup."""

_LEFT_OUT = frozenset({"Cc", "Cf", "Cs", "Co"})


def from_slack(text: str) -> str:
    """Normalize a text from Slack: links become their labels, mentions vanish, entities become characters."""
    unlinked = _ANGLES.sub(lambda found: _angled(found[1], found[2]), text)
    for entity, sign in _ENTITIES:
        unlinked = unlinked.replace(entity, sign)
    return plain(unlinked)


def plain(text: str) -> str:
    """Normalize a text as it was typed: straight quotes, single spaces, nothing invisible. Lines stay lines, and a
    paper's URL becomes its ID."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = lines.translate({ord(letter): _seen(letter) for letter in set(lines)}).translate(_SIGNS)
    unlinked = _URL.sub(lambda found: _named(found[0]), seen)
    return "\n".join(" ".join(line.split()) for line in unlinked.split("\n")).strip()


def _angled(inner: str, label: str | None) -> str:
    if inner.startswith(("http://", "https://")):
        return f" {label or inner} "
    if inner.startswith("mailto:"):
        return f" {label or inner.removeprefix('mailto:')} "
    if inner[:1] in ("@", "!"):
        return " "
    if inner[:1] == "#":
        return f" #{label} " if label else " "
    return f" {label or inner} "


def _seen(letter: str) -> str:
    if letter == "\n":
        return letter
    if unicodedata.category(letter) in _LEFT_OUT and not letter.isspace():
        return ""
    return letter if letter.isprintable() else " "


def _named(url: str) -> str:
    found = _NAMED.search(url.split("?")[0].split("#")[0].rstrip("/.,;"))
    return found[1] if found else url
