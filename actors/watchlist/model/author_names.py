"""The names of all authors that the index or a draft has shown: what tells a name from any other words. Pure."""

import difflib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from actors.watchlist.matching.audiences import audiences
from actors.watchlist.matching.folding import words

MAX_NAMES = 50_000
"""Names that are kept; the index has about 3,000."""

MAX_NAME_LENGTH = 100
MAX_NAME_WORDS = 8
MAX_NEAREST = 3

MIN_SIMILARITY = 0.75
"""How similar two names must be for one to count as a misspelling of the other; difflib's ratio."""

_NOT_OF_PEOPLE = frozenset(
    {"behalf", "board", "body", "bodies", "committee", "editor", "group", "incubator", "members", "participants",
     "project", "subgroup", "team", "various"}
)  # fmt: skip
"""Words of what stands among authors and is no person: the Direction Group, the project editor."""

_HONORIFICS = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "herr", "frau", "sir"})
_MARKED = frozenset("äöüåøæ")
_TWO_LETTERS = re.compile("[aou]e|aa")
"""How German and Nordic letters are written without their marks."""


class AuthorNames:
    """Owned by one actor. Until it `is_loaded` from the index, most names may be missing."""

    def __init__(self, names: Iterable[str] = (), *, is_loaded: bool = False) -> None:
        self.is_loaded = is_loaded
        self._written: set[str] = set()
        self._phrases: set[str] = set()
        self._full: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        self._loose: dict[str, str] = {}
        self._joined: dict[str, str] = {}
        self._with_word: dict[str, list[str]] = {}
        self.put(names)

    def __len__(self) -> int:
        return len(self._written)

    def unknown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of `names` that are new and can be a person's."""
        left = MAX_NAMES - len(self._written)
        found = dict.fromkeys(name for name in names if name not in self._written and _is_a_persons(name))
        return tuple(found)[: max(left, 0)]

    def put(self, names: Iterable[str]) -> None:
        """Add names as papers write them."""
        for name in names:
            self._written.add(name)
            if (full := " ".join(words(name))) not in self._full:
                self._full[full] = name
                self._learn(name, full)

    def _learn(self, name: str, full: str) -> None:
        folded = full.split()
        self._phrases.update(" ".join(folded[start:end]) for start, end in _runs(len(folded)))
        for word in dict.fromkeys(folded):
            self._with_word.setdefault(word, []).append(full)
        if folded and ((joined := " ".join(_joined(folded))) != full or len(folded[0]) == 2):
            self._joined.setdefault(joined, name)
        written = name.split()
        for start, end in _runs(len(written)):
            spelled = " ".join(written[start:end]).strip(".,;()")
            if len(key := " ".join(words(spelled))) > 2:
                self._spelled.setdefault(key, spelled)
                self._loose.setdefault(_loosely(key), key)

    def find(self, text: str) -> tuple[str, ...]:
        """The names that `text` may stand for: none if it is no name, `text` itself if it is a name or a part of one,
        and the whole name if `text` has initials or another order. Several mean that it can be either of them."""
        key = words(text)
        if all(map(_is_initial, key)):
            return ()
        phrase = " ".join(key)
        expanded = self._compatible(key, with_initials=True) if len(key) > 1 else ()
        if phrase in self._phrases and len(expanded) != 1:
            marked = self._marked(phrase)
            return (text,) if marked is None else (text, marked)
        if expanded:
            return expanded
        if len(key) > 1 and key[0] in _HONORIFICS:
            return self.find(" ".join(text.split()[1:]))
        without_initials = [word for word in key if not _is_initial(word)]
        if 1 < len(without_initials) < len(key) and (plainer := self._spelled.get(" ".join(without_initials))):
            return (plainer,)
        if (joined := self._joined.get(" ".join(_joined(key)))) is not None or (
            joined := self._marked(phrase)
        ) is not None:
            return (joined,)
        return self._compatible(key, with_initials=False) if len(key) > 1 else ()

    def _marked(self, phrase: str) -> str | None:
        """The name that is written with marks where `phrase` has two letters: `koeppe` is Köppe."""
        other = _TWO_LETTERS.sub(lambda found: found[0][0], phrase)
        spelled = self._spelled.get(other) if other != phrase else None
        is_marked = spelled is not None and not _MARKED.isdisjoint(unicodedata.normalize("NFC", spelled.lower()))
        return spelled if is_marked else None

    def several(self, text: str) -> tuple[str, ...]:
        """The names that follow each other in `text`, at least two; none if there is anything else in it."""
        written = re.split(r"[\s/|]+", text)
        found: list[str] = []
        at = 0
        while at < len(written):
            ends = (end for end in range(len(written), at, -1) if (at, end) != (0, len(written)))
            end = next((end for end in ends if self._is_known(" ".join(written[at:end]))), None)
            if end is None:
                return ()
            found.append(" ".join(written[at:end]))
            at = end
        return tuple(found) if len(found) > 1 else ()

    def nearest(self, text: str) -> tuple[str, ...]:
        """The names most similar to `text`, as papers spell them: without an apostrophe, an umlaut's e or a blank, or
        with a slip of the finger; also in another order, or with initials."""
        key = " ".join(words(text))
        loose = self._loose.get(_loosely(key)) if len(key) > 2 else None
        alike = list(_alike(key, self._spelled))
        near = difflib.get_close_matches(key, alike, n=MAX_NEAREST, cutoff=MIN_SIMILARITY)
        found = dict.fromkeys((*([loose] if loose is not None and loose != key else []), *near))
        spelled = tuple(self._spelled[each] for each in found) or self._mended(key.split())
        return (spelled or tuple(self._called_otherwise(key.split())))[:MAX_NEAREST]

    def _mended(self, key: Sequence[str]) -> tuple[str, ...]:
        """The names that several words stand for once each word that no name has is the most similar one."""
        if len(key) < 2 or all(map(_is_initial, key)):
            return ()
        mended = [word if _is_initial(word) or word in self._with_word else self._nearest_word(word) for word in key]
        if not all(mended):
            return ()
        return tuple(self._spelled.get(each, each) for each in self.find(" ".join(word for word in mended if word)))

    def _nearest_word(self, word: str) -> str | None:
        """The word, or the words, of a name that may be meant."""
        if (loose := self._loose.get(_loosely(word))) is not None:
            return loose
        alike = list(_alike(word, self._with_word))
        return next(iter(difflib.get_close_matches(word, alike, n=1, cutoff=MIN_SIMILARITY)), None)

    def _called_otherwise(self, key: Sequence[str]) -> Iterator[str]:
        """People with this last name, or these last names, and another first name: `Gaby Dos Reis` is Gabriel."""
        if len(key) < 2 or _is_initial(key[-1]):
            return
        last = " ".join(key[1:])
        alike = [full for full in self._with_word.get(key[-1], ()) if full.endswith(f" {last}")]
        yield from (self._full[full] for full in sorted(alike, key=lambda full: not full.startswith(key[0][:1])))

    def _is_known(self, text: str) -> bool:
        key = words(text)
        return " ".join(key) in self._phrases and not all(map(_is_initial, key))

    def _compatible(self, key: Sequence[str], *, with_initials: bool) -> tuple[str, ...]:
        """Whole names that have all the words of `key` in any order, an initial standing for a longer word."""
        longest = max(key, key=len)
        found = []
        for full in self._with_word.get(longest, ()):
            expanded = _expanded(key, full.split())
            if expanded is not None and expanded is with_initials:
                found.append(full)
        return tuple(self._full[full] for full in _fullest(found))


def _is_initial(word: str) -> bool:
    """Whether this may be the first letter of a name; a letter without case is one."""
    return len(word) == 1 and word.upper() != word.lower()


def _joined(key: Sequence[str]) -> Iterator[str]:
    """With initials that follow each other as one word: `j f bastien` as `jf bastien`."""
    for are_initials, group in itertools.groupby(key, _is_initial):
        if are_initials:
            yield "".join(group)
        else:
            yield from group


def _runs(length: int) -> Iterator[tuple[int, int]]:
    shown = min(length, MAX_NAME_WORDS)
    return ((start, end) for start in range(shown) for end in range(start + 1, shown + 1))


def _is_a_persons(name: str) -> bool:
    folded = words(name)
    return (
        0 < len(folded) <= MAX_NAME_WORDS
        and len(name) <= MAX_NAME_LENGTH
        and not _NOT_OF_PEOPLE.intersection(folded)
        and not audiences(name)
    )


def _expanded(key: Sequence[str], name: Sequence[str]) -> bool | None:
    """Whether the words of `key` are words of a name only if initials are expanded; None if they are not even then."""
    left = list(name)
    initials = []
    for word in key:
        if word in left:
            left.remove(word)
        elif _is_initial(word):
            initials.append(word)
        else:
            return None
    for initial in initials:
        begun = next((each for each in left if each.startswith(initial)), None)
        if begun is None:
            return None
        left.remove(begun)
    return bool(initials)


def _fullest(names: Sequence[str]) -> list[str]:
    """Without those that are another one shortened by initials, or another one with more around it or in it."""
    return [
        name
        for name in names
        if not any(
            other != name
            and (
                _has_more(name.split(), other.split())
                or (_expanded(name.split(), other.split()) and f" {name} " not in other)
            )
            for other in names
        )
    ]


def _has_more(name: Sequence[str], other: Sequence[str]) -> bool:
    """Whether `name` is `other` with more around it, or with more between its first and last word."""
    if f" {' '.join(other)} " in f" {' '.join(name)} ":
        return True
    left = iter(name)
    return (name[0], name[-1]) == (other[0], other[-1]) and all(word in left for word in other)


def _loosely(key: str) -> str:
    return _TWO_LETTERS.sub(lambda found: found[0][0], key.replace(" ", ""))


def _alike(key: str, known: Iterable[str]) -> Iterator[str]:
    """Those about as long, with as many words, and the same beginning or end."""
    length, blanks, first, last = len(key), key.count(" "), key[:1], key[-2:]
    return (
        other
        for other in known
        if abs(len(other) - length) <= 2
        and (other.startswith(first) or other.endswith(last))
        and other.count(" ") == blanks
        and other != key
    )
