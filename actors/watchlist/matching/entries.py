"""Entries: what a user wrote, parsed into something to watch, or why it cannot be. Pure."""

import difflib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from actors.watchlist.matching.audiences import NAMES, audience, group_alone, with_list
from actors.watchlist.matching.folding import words
from messages.papers import PAPER_KINDS, PaperKind

MAX_TEXT_LENGTH = 100
MAX_USER_LENGTH = 64
MAX_WORDS = 8
MAX_ENTRIES = 1000
"""Entries that one user may have."""

MAX_NUMBER = 99_999

_KINDS = MappingProxyType({kind.value.lower(): kind for kind in PaperKind})
_PREFIXES = "|".join(sorted(_KINDS, key=len, reverse=True))
_THING = r"(?:the|paper|draft|proposal|document|doc|issue|number|no|nr)s?"
_NUMBER = re.compile(
    rf"(?:{_THING} ){{0,3}}(?:({_PREFIXES}) ?(?:(?:issues?|number|no|nr) ?)?)?([0-9]+)"
    r"(?: ?r(?:ev(?:ision)?)? ?[0-9]+)?(?: (?:pdf|html?|md|bs|rst|txt|ps|docx?|pptx?))?"
)
_PLAIN_NUMBER = re.compile(rf"#?(?:(?:{_PREFIXES})[-_ ]?)?[0-9]+(?:[-_ ]?r[-_ ]?[0-9]+)?", re.IGNORECASE)
"""A number without anything around it, kept as it is written."""

_ISSUE_OF_ANY_LIST = re.compile(r"(?:the )?issues? (?:number |no |nr )?[0-9]+")
_ALL_ISSUES = re.compile(r"(?:the |all )?(cwg|lwg|ewg|lewg) issues")
_RANGE = re.compile(
    rf"((?:{_PREFIXES})?) ?([0-9]+)(?: ?r ?[0-9]+)? (?:(?:to|till|until|through|thru|bis) )?(?:{_PREFIXES})? ?([0-9]+)"
    r"(?: ?r ?[0-9]+)?"
)
_FROM_TO = re.compile(r"[-–—~…]|\.\.|\b(?:to|till|until|through|thru|bis)\b", re.IGNORECASE)
MAX_RANGE = 40
"""Numbers of a range that are written out for whoever asks for one."""

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"(?:19|20)[0-9]{{2}} [01]?[0-9](?: [0-3]?[0-9])?|[0-3]?[0-9] [0-3]?[0-9] (?:19|20)[0-9]{{2}}"
    rf"|(?:[0-3]?[0-9](?:st|nd|rd|th)? )?(?:{_MONTHS}) [0-9]{{1,4}}(?:st|nd|rd|th)?(?: [0-9]{{4}})?"
    rf"|[0-3]?[0-9](?:st|nd|rd|th)? (?:{_MONTHS})"
)
_ADDRESS = re.compile(r"(?:[a-z]+://|www\.)\S+|[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
_TRACKER = re.compile(r"github\.com/cplusplus/\w+/(?:issues|pull)/[0-9]+", re.IGNORECASE)
_NEARLY_A_NUMBER = re.compile(rf"(?:{_PREFIXES})? ?[0-9].*|.*[0-9]{{3}}.*")
_VERSION = re.compile(r"(?:the )?[a-z](?: [0-9][0-9a-z]?)+(?: standard)?")
"""Like `C++26`: whoever has one letter has no name."""

_SIGNED = re.compile(r"[-+\u2212\u2013]\s*[0-9]")
_NO_DIGITS = frozenset({"No", "Nl"})
"""Categories of superscripts, fractions, circled and Roman numerals."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
MAILINGS_KEY = "mailings"
_MAILINGS = re.compile(
    r"(?:(?:all|the|every|each|new|next|monthly|coming|upcoming|wg21|wg 21|(?:pre|post|mid) \w{1,20}) ){0,3}mailings?"
)
_EXAMPLES = "Try an author (Köppe, Thomas Köppe), a number (2300, P2300, CWG3022), or an issues list (LWG)."
_PREFIXED = re.compile(r"(author|title|audience)\s*[:=](?!:)\s*(.*)", re.IGNORECASE | re.DOTALL)
"""An entry whose kind is written before it."""

_OTHER_MARK = re.compile(r"([^\W\d_][\w-]{0,29})\s?[:=](?![:=])\s*(.*)", re.DOTALL)
_MEANT_BY = MappingProxyType(
    {
        **dict.fromkeys(("topic", "topics", "subject", "about", "titles", "name", "word", "words", "keyword", "tag",
                         "text", "search"), "title"),
        **dict.fromkeys(("group", "groups", "wg", "sg", "target", "for", "to", "audiences", "subgroup"), "audience"),
        **dict.fromkeys(("by", "from", "authors", "writer", "person", "people", "who"), "author"),
        **dict.fromkeys(("paper", "papers", "number", "draft", "issue", "id", "no", "nr"), ""),
    }
)  # fmt: skip
"""Marks that people write, and the one that there is; empty for what needs none."""


class EntryKind(Enum):
    """AUTHOR: whole words of a name. NUMBER: one number of one kind; P and D share theirs. KIND: all issues of a kind
    that nobody gets unasked (CWG, LWG, EWG, LEWG, FS, EDIT). TITLE: whole words of a title. AUDIENCE: a committee group
    that a paper is addressed to (LEWG, SG16). MAILINGS: every mailing. EVERYTHING: all drafts and what becomes of them,
    for channels only."""

    AUTHOR = "author"
    NUMBER = "number"
    KIND = "kind"
    TITLE = "title"
    AUDIENCE = "audience"
    MAILINGS = "mailings"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """What a text asks to watch: `key` is the folded form; `text` what was written, trimmed, in a form that can be
    typed again."""

    kind: EntryKind
    key: str
    text: str


EVERYTHING = ParsedEntry(kind=EntryKind.EVERYTHING, key="everything", text="everything")
"""The only entry of its kind. A text never means it by itself: people have no such entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidEntry:
    """Why a text or a user is refused; `detail` is a sentence or two for the user, `instead` are lists of entries that
    they may have meant."""

    detail: str
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEntry:
    """One thing that a user watches.

    `key` is the folded form that is matched and compared (`thomas koppe`, `P2300`, `LWG3022`, `CWG`, `SG16`); `text`
    is what the user wrote, trimmed; `added_by` is who added it (the user, or an operator).
    """

    user: str
    kind: EntryKind
    key: str
    text: str
    added_at: datetime
    added_by: str


def parse(text: str) -> ParsedEntry | InvalidEntry:
    """`text` as an entry. A revision in it is accepted and dropped: an entry is for all revisions of a number. What has
    no mark and is nothing else is taken for an author's name, of which only those who know names can say more."""
    written = text.strip()
    prefixed = _PREFIXED.fullmatch(written)
    if (refusal := _unreadable(written)) is not None:
        return refusal
    return _without_prefix(written) if prefixed is None else _with_prefix(prefixed[1].lower(), prefixed[2].strip())


def is_mailings(text: str) -> bool:
    """Whether this means every mailing: `the next mailing`."""
    return _MAILINGS.fullmatch(" ".join(words(text))) is not None


def is_marked(text: str) -> bool:
    """Whether the kind of the entry is written before it."""
    return _PREFIXED.fullmatch(text.strip()) is not None


def author_key(text: str) -> str:
    """The key of `text` as an author's name."""
    return " ".join(words(text))


def _unreadable(written: str) -> InvalidEntry | None:
    if not written:
        return InvalidEntry(detail=f"There is nothing to watch in that. {_EXAMPLES}")
    if len(written) > MAX_TEXT_LENGTH:
        detail = f"An entry can have up to {MAX_TEXT_LENGTH} characters; this one has {len(written):,}. {_EXAMPLES}"
        return InvalidEntry(detail=detail)
    if any(unicodedata.category(letter) in _INVISIBLE for letter in written):
        return _invalid("That contains invisible characters. Please type it instead of pasting it.")
    return None


def _with_prefix(prefix: str, written: str) -> ParsedEntry | InvalidEntry:
    if not written:
        after = {"author": "a name, like author:Köppe", "title": "words of a title, like title:reflection",
                 "audience": f"a group: {', '.join(NAMES)}"}[prefix]  # fmt: skip
        return InvalidEntry(detail=f"After {prefix}: I need {after}.")
    folded = " ".join(words(written))
    if prefix == "audience":
        group = audience(written)
        if group is None:
            return InvalidEntry(detail=f"I don't know the audience “{written}”. I know {', '.join(NAMES)}.")
        return ParsedEntry(kind=EntryKind.AUDIENCE, key=group, text=f"audience:{group}")
    if prefix == "title":
        if not folded or folded.count(" ") >= MAX_WORDS:
            return _invalid(f"A title entry takes 1 to {MAX_WORDS} consecutive words of a title.")
        return ParsedEntry(kind=EntryKind.TITLE, key=folded, text=f"title:{written}")
    author = _author(written, folded)
    if isinstance(author, InvalidEntry) or author == _without_prefix(written):
        return author
    return replace(author, text=f"author:{written}")


def _without_prefix(written: str) -> ParsedEntry | InvalidEntry:
    if any(unicodedata.category(letter) in _NO_DIGITS for letter in written):
        return _invalid(f"“{written}” contains a character that looks like a digit but isn't one.")
    if _SIGNED.match(written):
        return _invalid(f"“{written}” isn't a paper or issue number.")
    if (refusal := _address(written) or _other_mark(written)) is not None:
        return refusal
    listed = with_list(written)
    folded = " ".join(words(listed))
    if not folded:
        return _invalid(f"“{written}” contains no letters or digits.")
    if (listed_kind := _ALL_ISSUES.fullmatch(folded)) is not None:
        return _kind(listed_kind[1].upper(), _KINDS[listed_kind[1]])
    if (match := _NUMBER.fullmatch(folded)) is not None:
        if match[1] is None and _ISSUE_OF_ANY_LIST.fullmatch(folded):
            lists = (f"LWG{match[2]}", f"CWG{match[2]}")
            return InvalidEntry(detail=f"Which list is issue {match[2]} in?", instead=lists)
        return _number(written, _KINDS[match[1] or "p"], match[2])
    if folded in _KINDS:
        return _kind(written, _KINDS[folded])
    if is_mailings(written):
        return ParsedEntry(kind=EntryKind.MAILINGS, key=MAILINGS_KEY, text=MAILINGS_KEY)
    if (group := group_alone(written)) is not None:
        return ParsedEntry(kind=EntryKind.AUDIENCE, key=group, text=f"audience:{group}")
    return _no_number(written, folded) or _author(written, folded)


def _address(written: str) -> InvalidEntry | None:
    if _ADDRESS.fullmatch(written) is None:
        return None
    if _TRACKER.search(written) is not None:
        return InvalidEntry(
            detail="The issues of that tracker have other numbers than the papers. The title of the issue begins with"
            " the paper's number: watch that, like P2300."
        )
    return InvalidEntry(
        detail="I don't recognize a paper or issue in that address. Watch its number instead, like P2300 or LWG4000."
    )


def _other_mark(written: str) -> InvalidEntry | None:
    match = _OTHER_MARK.fullmatch(written)
    if match is None or _PLAIN_NUMBER.fullmatch(match[1]) or match[1].lower() == "operator":
        return None
    mark, rest = match[1].lower(), match[2].strip()
    near = difflib.get_close_matches(mark, ("author", "title", "audience"), n=1, cutoff=0.6)
    meant = _MEANT_BY.get(mark, near[0] if near else None)
    detail = f"There is no mark “{match[1]}:”. Entries can begin with author:, title: or audience:."
    if not rest:
        return InvalidEntry(detail=detail)
    return InvalidEntry(detail=detail, instead=(f"{meant}:{rest}",) if meant else (rest, f"title:{rest}"))


def _no_number(written: str, folded: str) -> InvalidEntry | None:
    """Dates and ranges, which look like numbers."""
    if _DATE.fullmatch(folded) is not None:
        return InvalidEntry(detail=f"“{written}” is a date, and I watch what is new. To see the latest, type recent.")
    found = _RANGE.fullmatch(folded) if _FROM_TO.search(written) else None
    if found is None or not int(found[2]) < int(found[3]) <= MAX_NUMBER:
        return None
    first, last = int(found[2]), int(found[3])
    kind = _KINDS[found[1] or "p"]
    keys = [f"{kind.value}{number:04}" for number in range(first, min(last, first + MAX_RANGE - 1) + 1)]
    detail = "I can't watch a range. List the numbers instead"
    if last - first >= MAX_RANGE:
        return InvalidEntry(detail=f"{detail}, up to {MAX_RANGE} at a time, like {keys[0]}, {keys[1]}, {keys[2]}.")
    return InvalidEntry(detail=f"{detail}.", instead=(", ".join(keys),))


def refusal_of_user(user: str) -> InvalidEntry | None:
    """Why `user` cannot be a user's ID, None when it can."""
    if 1 <= len(user) <= MAX_USER_LENGTH and user.isprintable() and " " not in user:
        return None
    detail = f"A user ID is 1 to {MAX_USER_LENGTH} printable characters without spaces, like Slack's U012AB3CD."
    return InvalidEntry(detail=detail)


def clean_name(by: str) -> str:
    """Who gave a command, in a form that can be stored and shown on one line."""
    return "".join(letter for letter in by if letter.isprintable())[:MAX_USER_LENGTH]


def number_key(kind: PaperKind, number: int) -> str:
    """The key of one number: P and D share theirs."""
    prefix = PaperKind.P if kind is PaperKind.D else kind
    return f"{prefix.value}{number}"


def number_of(key: str) -> tuple[PaperKind, int]:
    """The kind and number that a number's key stands for."""
    kind = key.rstrip("0123456789")
    return PaperKind(kind), int(key[len(kind) :])


def paper_number(kind: EntryKind, key: str) -> int | None:
    """The number of P and D papers that a key of this kind stands for, None if it stands for something else."""
    is_paper = kind is EntryKind.NUMBER and key[:1] == "P"
    return int(key[1:]) if is_paper else None


def _number(written: str, kind: PaperKind, digits: str) -> ParsedEntry | InvalidEntry:
    number = int(digits)
    if not 1 <= number <= MAX_NUMBER:
        return InvalidEntry(detail=f"“{written}” isn't a paper or issue number: they run from 1 to {MAX_NUMBER:,}.")
    key = number_key(kind, number)
    return ParsedEntry(kind=EntryKind.NUMBER, key=key, text=written if _PLAIN_NUMBER.fullmatch(written) else key)


def _kind(written: str, kind: PaperKind) -> ParsedEntry | InvalidEntry:
    if kind in PAPER_KINDS:
        return _invalid(f"You can't watch all {kind.value} papers at once.")
    return ParsedEntry(kind=EntryKind.KIND, key=kind.value, text=written.strip("()[]{}<>. "))


def _author(written: str, folded: str) -> ParsedEntry | InvalidEntry:
    if not any(letter.isalpha() for letter in folded):
        return _invalid(f"“{written}” is neither a single number nor a name.")
    if _VERSION.fullmatch(folded):
        title = f"title:{written}"
        detail = f"“{written}” is neither a name nor the number of a paper. For titles with it, type {title}."
        return InvalidEntry(detail=detail, instead=(title,))
    if _NUMBER.fullmatch(folded) is not None:
        detail = f"“{written}” is a number, and numbers need no author: before them."
        return InvalidEntry(detail=detail, instead=(written,))
    if _NEARLY_A_NUMBER.fullmatch(folded):
        return _invalid(f"“{written}” looks like a number, but not one that I recognize.")
    if folded.count(" ") >= MAX_WORDS:
        return _invalid(f"An author's name can have up to {MAX_WORDS} words.")
    return ParsedEntry(kind=EntryKind.AUTHOR, key=folded, text=written)


def _invalid(reason: str) -> InvalidEntry:
    return InvalidEntry(detail=f"{reason} {_EXAMPLES}")
