"""What an entry means: what is written, or what it can be if that is not clear. Nothing becomes an author only because
nothing else fits: the name is known, or its user says that it is one. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from actors.watchlist.commands.phrasing import counted, quoted, short
from actors.watchlist.matching.audiences import groups_about
from actors.watchlist.matching.entries import EntryKind, InvalidEntry, ParsedEntry, author_key, is_marked, parse
from actors.watchlist.matching.folding import words
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.known_numbers import NewestOfNumber
from actors.watchlist.model.recent_papers import Preview

MAX_CHOICES = 6

_EVERYTHING = frozenset(
    {"all", "any", "anything", "everything", "everyone", "everybody", "anyone", "anybody", "whatever"}
)
_STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "c",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "he",
        "her",
        "here",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "me",
        "more",
        "most",
        "my",
        "new",
        "news",
        "no",
        "none",
        "not",
        "nothing",
        "of",
        "on",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "paper",
        "papers",
        "draft",
        "drafts",
        "proposal",
        "proposals",
        "issue",
        "issues",
        "revision",
        "revisions",
        "document",
        "documents",
        "please",
        "she",
        "should",
        "so",
        "some",
        "someone",
        "something",
        "somebody",
        "stuff",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "things",
        "this",
        "those",
        "to",
        "too",
        "under",
        "up",
        "update",
        "updates",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "with",
        "would",
        "you",
        "your",
        "yes",
        "ok",
        "okay",
        "author",
        "authors",
        "title",
        "titles",
        "audience",
        "entry",
        "entries",
    ]
)
"""Words that stand alone by mistake. Whoever has one as a name types `author:` before it."""

_NO_NAME = re.compile(r"[:_+#/<>=@\\$%&|{}\[\]]|\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Looks things up in what is known: the `names` of authors; the `preview` of an entry in the last year's papers,
    None until they are loaded; a `near_miss`, what an entry that matched nothing may have meant; a `number` by its key,
    None if it is not known."""

    preview: Callable[[ParsedEntry], Preview | None]
    near_miss: Callable[[ParsedEntry], str | None]
    number: Callable[[str], NewestOfNumber | None]
    names: AuthorNames = field(default_factory=AuthorNames)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A list of entries that somebody may have meant, as it can be typed, and what speaks for it."""

    entries: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclearEntry:
    """It is not clear what is meant; `detail` says why in a sentence or two."""

    detail: str
    choices: tuple[Choice, ...] = ()


def meaning(text: str, lookup: Lookup, *, said_so: bool, may_guess: bool = True) -> ParsedEntry | UnclearEntry:
    """What to watch; `said_so` if its user insists. Similar names are looked for only if one `may_guess`, as that takes
    long."""
    parsed = parse(text)
    if isinstance(parsed, InvalidEntry):
        instead = (_choice(each, lookup) for each in parsed.instead)
        return UnclearEntry(detail=parsed.detail, choices=tuple(each for each in instead if each is not None))
    if parsed.kind is not EntryKind.AUTHOR or is_marked(text):
        return parsed
    found = lookup.names.find(parsed.text)
    if (never := _never_meant(text, found)) is not None:
        return never
    if len(found) == 1:
        return parsed if found[0] == parsed.text else _author(found[0])
    if said_so:
        return parsed
    if found:
        return UnclearEntry(
            detail=f"{quoted(text)} can be several people, so I haven't added it. Which one do you mean?",
            choices=tuple(_named(name, lookup) for name in found[:MAX_CHOICES]),
        )
    if several := lookup.names.several(parsed.text):
        near = lookup.names.nearest(text) if may_guess else ()
        both = "both" if len(several) == 2 else f"all {len(several)}"
        return UnclearEntry(
            detail=f"I don't know an author {quoted(text)}, but I know each of these names. I haven't added it:"
            " are they several people?",
            choices=(
                *(_named(name, lookup) for name in near),
                Choice(entries=", ".join(several), about=f"{both} of them"),
                Choice(entries=f"author:{text}", about="one name"),
            ),
        )
    return _unknown(parsed.text, lookup, may_guess=may_guess)


def meaning_in_export(text: str, names: AuthorNames) -> ParsedEntry | UnclearEntry:
    """The same for an entry of an export, of which there may be a thousand: nothing is offered. An export marks authors
    who are not in the index; before the names are loaded, what has no mark is believed to be one."""
    parsed = parse(text)
    if isinstance(parsed, InvalidEntry):
        return UnclearEntry(detail=parsed.detail)
    if parsed.kind is not EntryKind.AUTHOR or is_marked(text):
        return parsed
    found = names.find(text)
    if (never := _never_meant(text, found)) is not None:
        return never
    if not names.is_loaded or found == (text,):
        return parsed
    if len(found) == 1:
        return _author(found[0])
    if found:
        return UnclearEntry(detail=f"{quoted(text)} can be {' or '.join(map(quoted, found[:MAX_CHOICES]))}.")
    return UnclearEntry(detail=f"{quoted(text)} is no author that I know. Write author:{text} or title:{text}.")


def would_match(parsed: ParsedEntry, lookup: Lookup) -> bool:
    """Whether there is anything that an entry matches, as far as is known."""
    if parsed.kind is EntryKind.NUMBER:
        return lookup.number(parsed.key) is not None
    if parsed.kind is EntryKind.AUTHOR and lookup.names.find(parsed.key):
        return True
    if parsed.kind in (EntryKind.KIND, EntryKind.AUDIENCE, EntryKind.MAILINGS):
        return True
    preview = lookup.preview(parsed)
    return preview is not None and bool(preview.papers or preview.issues or preview.mentions)


def _author(name: str) -> ParsedEntry:
    """A name of the index as an entry."""
    parsed = parse(name)
    if isinstance(parsed, ParsedEntry) and parsed.kind is EntryKind.AUTHOR:
        return parsed
    return ParsedEntry(kind=EntryKind.AUTHOR, key=author_key(name), text=f"author:{name}")


def _never_meant(text: str, names: tuple[str, ...]) -> UnclearEntry | None:
    """A word that says nothing alone, unless it is written like the name that it is as well: `He`, `An`."""
    folded = words(text)
    if len(folded) != 1 or (names and text[:1].isupper() and folded[0] != "the"):
        return None
    if folded[0] in _EVERYTHING:
        return UnclearEntry(
            detail="I can't watch everything. To see the latest papers and drafts, type recent. To follow a group,"
            " watch audience:LEWG, for example; to follow a list of issues, LWG or CWG.",
        )
    if folded[0] in _STOP_WORDS:
        return UnclearEntry(
            detail=f"{quoted(text)} alone doesn't say what to watch. Add the words of a title around it, like"
            f" title:static reflection. If it's an author's name, type author:{text}."
        )
    return None


def _unknown(text: str, lookup: Lookup, *, may_guess: bool) -> UnclearEntry:
    names = lookup.names
    may_be_a_name = _NO_NAME.search(text) is None and not _is_prose(text)
    as_author = Choice(entries=f"author:{text}", about="an author who isn't in the index yet")
    if not names.is_loaded:
        title = Choice(entries=f"title:{text}", about="words of a title")
        return UnclearEntry(
            detail=f"The index hasn't loaded yet, so I can't tell whether {quoted(short(text))} is an author,"
            " and I haven't added it. Tell me what it is:",
            choices=(replace(as_author, about="an author"), title) if may_be_a_name else (title,),
        )
    choices = list(_topics(text, lookup, may_guess=may_guess))
    if may_be_a_name:
        near = names.nearest(text) if may_guess else ()
        choices += [_named(name, lookup) for name in near]
        choices.append(as_author)
    detail = f"I don't know an author {quoted(short(text))}, so I haven't added it."
    how = "Do you mean:" if choices else f"For words of a title, type title:{short(text)}."
    return UnclearEntry(detail=f"{detail} {how}", choices=tuple(choices[:MAX_CHOICES]))


def _is_prose(text: str) -> bool:
    """Whether ordinary words stand in it as they do in a sentence: `papers I wrote`."""
    said = text.split()
    return len(said) > 1 and any(word.islower() and word in _STOP_WORDS for word in said)


def _topics(text: str, lookup: Lookup, *, may_guess: bool) -> Iterator[Choice]:
    """Titles with these words, or with similar ones, and groups that are called so or work on it. What a group is
    called is no misspelled title."""
    groups = groups_about(text)[:2]
    if (in_title := _choice(f"title:{text}", lookup)) is not None:
        yield in_title
    elif may_guess and not groups and isinstance(parsed := parse(f"title:{text}"), ParsedEntry):
        near = lookup.near_miss(parsed)
        if near is not None and (nearly := _choice(near, lookup)) is not None:
            yield nearly
    for group in groups:
        yield Choice(entries=f"audience:{group}", about=f"papers addressed to {group}")


def _named(name: str, lookup: Lookup) -> Choice:
    preview = lookup.preview(_author(name))
    return Choice(entries=_author(name).text, about=_counted(preview) if preview is not None else "")


def _choice(entries: str, lookup: Lookup) -> Choice | None:
    """What speaks for an entry; None if it would match nothing."""
    parsed = parse(entries)
    if isinstance(parsed, InvalidEntry):
        return Choice(entries=entries) if ", " in entries else None
    if parsed.kind is EntryKind.AUTHOR and not is_marked(entries):
        return _named(entries, lookup) if lookup.names.find(entries) == (entries,) else None
    if parsed.kind is not EntryKind.TITLE:
        return Choice(entries=entries)
    preview = lookup.preview(parsed)
    if preview is None or not preview.papers:
        return None
    return Choice(entries=entries, about=_counted(preview))


def _counted(preview: Preview) -> str:
    return f"{counted(preview.papers, 'paper')} in the last year"
