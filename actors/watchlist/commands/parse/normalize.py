"""Turns what people type, and what Slack makes of it, into plain text. Pure.

Slack delivers `P2300` in a link as `<https://wg21.link/P2300|P2300>`, a mention as `<@U012AB3CD>`, and `&`, `<`, `>` as
entities; keyboards and word processors insert typographic quotes and special spaces.
"""

import re
import unicodedata
from types import MappingProxyType

_ANGLES = re.compile(r"<([^<>|\n]*)(?:\|([^<>\n]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>|\",;]+|(?<![\w@./:-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[^\s<>|\",;]+",
    re.IGNORECASE,
)
_ID = r"(?:[dpn]|cwg|lwg|ewg|lewg|fs|edit|sd)-?[0-9]{1,6}(?:[-_]?r[0-9]{1,4})?"
_NAMED = re.compile(rf"({_ID})(?:\.[a-z]{{2,5}})*", re.IGNORECASE)
_AN_ID = re.compile(rf"(?<![\w/.-])({_ID})(?![\w-])", re.IGNORECASE)
_LISTED = re.compile(r"(?:^|[/_.-])(cwg|lwg|ewg|lewg)[-_/](?:[\w-]+\.html)?#(?:issue)?([0-9]{1,5})$", re.IGNORECASE)
_ISSUE_PAGE = re.compile(
    r"cplusplus\.github\.io/(cwg|lwg|ewg|lewg)/(?:issues?/?)?(?:\1)?([0-9]{1,5})(?:\.html)?$", re.IGNORECASE
)
_SHORT_LINK = re.compile(r"(?:https?://)?(?:www\.)?wg21\.link/([0-9]{1,5})(?:r[0-9]+)?$", re.IGNORECASE)
_SIGNS = MappingProxyType(str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'",
     "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "：": ":", "，": ",", "；": ";", "、": ",",
     "`": " ", "*": " "}
))  # fmt: skip
"""Typographic characters and what they stand for, and Slack's markup."""

_WILDCARD = re.compile(r"(?<![\w*])([a-z]*[0-9]{1,3})\*+(?![\w*])", re.IGNORECASE)
"""`P23*` is no number, though `*P23*` in Slack's bold is one."""

_EMOJI = re.compile(r"(?<![\w:/]):[a-z0-9_+'-]+:(?![\w:/])", re.IGNORECASE)
"""An emoji as Slack writes it: `:tada:`."""

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
    seen = lines.translate({ord(letter): _seen(letter) for letter in set(lines)})
    seen = _EMOJI.sub(" ", _WILDCARD.sub(r"\1xx", seen)).translate(_SIGNS)
    unlinked = _URL.sub(lambda found: named(found[0]) or found[0], seen)
    return "\n".join(" ".join(line.split()) for line in unlinked.split("\n")).strip()


def named(url: str) -> str | None:
    """The ID of the paper or issue that a URL leads to; None if it names none."""
    address = url.rstrip("/.,;:!?)]}'")
    for found in (_LISTED.search(address), _ISSUE_PAGE.search(address.partition("#")[0])):
        if found is not None:
            return f"{found[1].upper()}{found[2]}"
    if (short := _SHORT_LINK.fullmatch(address)) is not None:
        return f"P{short[1]}"
    path, _, query = address.partition("#")[0].partition("?")
    for part in (*reversed(path.split("/")), *re.split(r"[&=+ ]|%20", query)):
        if (id := _NAMED.fullmatch(part)) is not None:
            return id[1]
    return None


def _angled(inner: str, label: str | None) -> str:
    if inner.startswith(("http://", "https://")):
        return f" {_linked(inner, label or '')} "
    if inner.startswith("mailto:"):
        return f" {label or inner.removeprefix('mailto:')} "
    if inner[:1] in ("@", "!"):
        return " "
    if inner[:1] == "#":
        return f" #{label} " if label else " "
    return f" {label or inner} "


def _linked(url: str, label: str) -> str:
    """What a link stands for: the ID in its label or address, else its label."""
    if _NAMED.fullmatch(label.strip()) is not None:
        return label
    if (id := named(url)) is not None:
        return id
    shown = _AN_ID.search(label)
    return shown[1] if shown is not None else label or url


def _seen(letter: str) -> str:
    if letter == "\n":
        return letter
    if unicodedata.category(letter) in _LEFT_OUT and not letter.isspace():
        return ""
    return letter if letter.isprintable() else " "
