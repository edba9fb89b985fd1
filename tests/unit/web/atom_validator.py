"""What RFC 4287 demands of a feed: elements that must be there once, dates, links and ids."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

_ATOM = "{http://www.w3.org/2005/Atom}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ONCE = ("id", "title", "updated")
_AT_MOST_ONCE = ("published", "summary", "content", "rights", "subtitle", "generator", "icon", "logo")
_KNOWN = {*_ONCE, *_AT_MOST_ONCE, "author", "link", "category", "contributor", "entry"}


def problems_of(written: bytes) -> list[str]:
    """What is wrong with a feed; nothing if it is valid."""
    try:
        root = ElementTree.fromstring(written)
    except ElementTree.ParseError as error:
        return [f"not well-formed: {error}"]
    if root.tag != f"{_ATOM}feed":
        return ["the root is no atom:feed"]
    entries = root.findall(f"{_ATOM}entry")
    found = list(_of_element(root, "the feed"))
    if not any(_links(root, "self")):
        found.append("the feed has no link to itself")
    for entry in entries:
        found += _of_element(entry, entry.findtext(f"{_ATOM}id") or "an entry")
        if not any(_links(entry, "alternate")) and entry.find(f"{_ATOM}content") is None:
            found.append("an entry has neither content nor an alternate link")
        if entry.find(f"{_ATOM}author") is None and root.find(f"{_ATOM}author") is None:
            found.append("an entry has no author")
    ids = [entry.findtext(f"{_ATOM}id") for entry in entries]
    if len(ids) != len(set(ids)):
        found.append("two entries have one id")
    return found


def _links(element: ElementTree.Element, relation: str) -> Iterator[str]:
    for link in element.findall(f"{_ATOM}link"):
        if link.get("rel", "alternate") == relation:
            yield link.get("href", "")


def _of_element(element: ElementTree.Element, name: str) -> Iterator[str]:
    names = [child.tag.removeprefix(_ATOM) for child in element]
    yield from (f"{name} has an element {each!r} that is unknown" for each in names if each not in _KNOWN)
    yield from (f"{name} has {names.count(each)} of {each}" for each in _ONCE if names.count(each) != 1)
    yield from (f"{name} has several of {each}" for each in _AT_MOST_ONCE if names.count(each) > 1)
    id = element.findtext(f"{_ATOM}id") or ""
    if not urlsplit(id).scheme or re.search(r"[\s<>\"{}|\\^`]", id):
        yield f"{name} has an id that is no URI: {id!r}"
    for each in ("updated", "published"):
        text = element.findtext(f"{_ATOM}{each}")
        if text is not None and _DATE.fullmatch(text) is None:
            yield f"{name} has a date that is none: {text!r}"
    for link in element.findall(f"{_ATOM}link"):
        if urlsplit(link.get("href", "")).scheme not in ("http", "https"):
            yield f"{name} has a link that leads nowhere"
    for author in element.findall(f"{_ATOM}author"):
        if [child.tag for child in author].count(f"{_ATOM}name") != 1:
            yield f"{name} has an author without a name"
