"""The values in a listing, written by hand since 1992: ids, dates, mailings, links. Pure."""

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from datetime import date
from html import unescape
from urllib.parse import urljoin, urlsplit, urlunsplit

from actors.index.model.visible import visible
from messages.papers import PaperKind

LONGEST_TEXT = 2000
"""Characters of a cell; a longer one is cut."""

_ID = re.compile(
    r"[\s\[(#]{0,3}(?:doc(?:ument)?s?\b\.?\s?)?(?:no\b\.?|number\b)?[\s:]{0,3}"
    r"(?:(?:X3J16|J16|PL22\.16|INCITS)?[\s/:-]{0,3}[0-9]{2,4}-[0-9]{4}(?:R[0-9]{1,3})?[\s/=,;]{1,4})?(?:WG21[\s/:-]{1,3})?"
    r"(SD|[PND])[\s_-]?0*([0-9]{1,9})(?:[\s._(-]{0,3}R(?:ev(?:ision)?\.?\s?)?([0-9]{1,4}))?(?![A-Z0-9])",
    re.IGNORECASE,
)
_MAILING = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?:[-/._]([0-9]{1,2})|([0-9]{2}))(?![0-9])")
_MEETING = re.compile(r"(?:pre|mid|post)[-_ ].*", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}\b"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[0-9]{4})"
_DATES = tuple(
    re.compile(rf"(?<![0-9]){form}(?![0-9])", re.IGNORECASE)
    for form in (
        r"(?P<year>[0-9]{4}|[0-9]{2})\s?[-/.]\s?(?P<month>[0-9]{1,2})\s?[-/.]\s?(?P<day>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})[- ]?(?P<month>[0-9]{2})[- ]?(?P<day>[0-9]{2})",
        r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})",
        r"(?P<day>1[3-9]|2[0-9]|3[01])[-/](?P<month>[0-9]{1,2})[-/](?P<year>[0-9]{4})",
        r"(?P<month>[0-9]{1,2})[-/](?P<day>1[3-9]|2[0-9]|3[01])[-/](?P<year>[0-9]{4})",
        rf"{_DAY}[.\s-]{{1,2}}(?:of\s)?{_NAME}[.,\s-]{{1,2}}{_YEAR}",
        rf"{_NAME}[.\s-]{{1,2}}{_DAY}[,\s-]{{1,2}}{_YEAR}",
        rf"{_YEAR}[,\s-]{{1,2}}{_NAME}[.\s-]{{1,2}}{_DAY}",
    )
)
"""Forms of dates; the first that is found counts. Of day and month in figures, which is which must be clear."""

_MONTH_AND_YEAR = re.compile(rf"(?<![a-z]){_NAME}\.?[,\s_-]{{0,2}}{_YEAR}(?![0-9])", re.IGNORECASE)
_YEAR_AND_MONTH = re.compile(rf"(?<![0-9]){_YEAR}[,\s_-]{{1,2}}{_NAME}", re.IGNORECASE)
_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad\uff0d]")

_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)
_BREAK = re.compile(r"\s*[\r\n]\s*|\t")
_FIRST_YEAR_OF_TWO_DIGITS = 90


def decoded(body: bytes) -> str:
    """UTF-8 if every byte of it is, but for a letter that was cut at the end; otherwise Windows-1252, whatever the page
    says of itself. One that begins with the mark of UTF-16 is that."""
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return body.decode("utf-16", "replace").replace("\0", " ")
    plain = body.removeprefix(BOM_UTF8)
    try:
        text = getincrementaldecoder("utf-8")("strict").decode(plain)
    except UnicodeDecodeError:
        text = plain.decode("cp1252", "replace")
    return text.replace("\0", " ")


def clean(text: str) -> str:
    """White space as single spaces, letters with their accents in one piece (NFC), nothing that nobody sees."""
    return unicodedata.normalize("NFC", visible(text[:LONGEST_TEXT]))


def clean_cell(text: str) -> str:
    """As `clean`; what was escaped twice is one letter again."""
    return clean(unescape(text[:LONGEST_TEXT]) if _ENTITY.search(text[:LONGEST_TEXT]) else text)


def paper_id(text: str) -> tuple[str, PaperKind, int, int | None] | None:
    """The id at the beginning of `text` as the index writes it (`P0042R1`, `N4950`, `SD1`), with its kind, number and
    revision; None if there is none."""
    match = _ID.match(_DASHES.sub("-", text))
    if match is None:
        return None
    kind, number = PaperKind(match[1].upper()), int(match[2])
    revision = int(match[3]) if match[3] else None
    digits = f"{number:04d}" if kind in (PaperKind.P, PaperKind.D) else str(number)
    return f"{kind.value}{digits}" + (f"R{revision}" if revision is not None else ""), kind, number, revision


def mailing_in(text: str) -> str:
    """The mailing that is named in `text` (`2025-02`, `2025/2`, `Feb 2025`) as `2025-02`; empty if there is none."""
    plain = _DASHES.sub("-", text)
    for match in _MAILING.finditer(plain):
        if 1 <= (month := int(match[2] or match[3])) <= len(_MONTHS):
            return f"{match[1]}-{month:02d}"
    named = _MONTH_AND_YEAR.search(plain) or _YEAR_AND_MONTH.search(plain)
    return f"{named['year']}-{1 + _MONTHS.index(named['name'].lower()):02d}" if named is not None else ""


def mailing_of_anchor(name: str) -> str:
    """The mailing of an anchor: `2025-02` of `mailing2025-02`, `Post-Toronto` of itself; empty for other anchors."""
    return mailing_in(name.lower().removeprefix("mailing")) or (clean(name) if _MEETING.fullmatch(name.strip()) else "")


def date_in(text: str) -> date | None:
    """A date like `2014-1-19`, `20151030`, `06-01-14`, `19.1.2014` or `3 January 2014`; None if it is missing or cannot
    be."""
    plain = _DASHES.sub("-", text)
    match = next((match for form in _DATES if (match := form.search(plain)) is not None), None)
    if match is None:
        return None
    said = match.groupdict()
    year = int(said["year"])
    if len(said["year"]) == len("06"):
        year += 1900 if year >= _FIRST_YEAR_OF_TWO_DIGITS else 2000
    month = 1 + _MONTHS.index(said["name"].lower()) if "name" in said else int(said["month"])
    try:
        return date(year, month, int(said["day"]))
    except ValueError:
        return None


def address(href: str, page: str) -> str:
    """Where a link of the page at the URL `page` leads, as a browser reads it; empty if that is no web address."""
    written = _BREAK.sub("", href).strip().replace(" ", "%20").replace("\\", "/")
    try:
        parts = urlsplit(urljoin(page, written))
        if "/." in parts.path and not parts.path.startswith("//"):
            parts = parts._replace(path=urlsplit(urljoin(page, parts.path)).path)
        found = urlunsplit(parts)
    except ValueError:
        return ""
    return found if _URL.fullmatch(found) and _HOST.fullmatch(parts.netloc) else ""


def paper_address(href: str, page: str) -> str:
    """As `address`; empty also for a place of the page itself, which is no paper."""
    found = address(href, page)
    return "" if found.partition("#")[0].rstrip("?") == page else found


def is_link(href: str, page: str) -> bool:
    """Whether a link leads to a paper. There are papers behind `ftp:` too, whose address is not shown."""
    return bool(paper_address(href, page)) or href.strip().lower().startswith(("ftp:", "ftps:"))
