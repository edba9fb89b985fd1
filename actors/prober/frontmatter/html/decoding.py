"""Bytes of an HTML document to text. Pure.

The order is that of the HTML standard (a byte order mark, what HTTP says, what the document says), but for two things:
what is valid UTF-8 to the last byte is UTF-8, even if it claims to be Latin-1; what claims to be UTF-8 and is not was
written on Windows.
"""

import codecs
import re
from collections.abc import Iterator

PRESCAN = 4096
"""Bytes in which a document may declare its encoding. The standard says 1,024; exports put more in front of it."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_OPENING = re.compile(rb"<(style|script)(?:\s[^<>]{0,2000})?>")
_DATA = re.compile(rb"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%]{200,}")
_WINDOWS = "cp1252"
_LATIN = frozenset({"iso8859-1", "ascii", "latin-1", "cp1252"})
_DIRT = 50
"""One broken character to so many good ones is dirt in UTF-8; more, and it is another encoding."""


def decoded(body: bytes, content_type: str) -> str:
    """The text of `body`, which may have been cut anywhere. Never fails: what cannot be read is replaced."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(encoding, "replace"))
    text = _strictly_utf8(body)
    for encoding in _declared(body, content_type):
        if encoding in _LATIN:
            return _clean(_windows(body) if text is None else text)
        if encoding != "utf-8":
            return _clean(body.decode(encoding, "replace"))
        break
    return _clean(_utf8_or_windows(body) if text is None else text)


def lean(body: bytes) -> bytes:
    """HTML without what stands in its styles, its scripts and long data URLs. A style that does not end takes the rest
    with it."""
    small = body.lower()
    pieces: list[bytes] = []
    begin = 0
    while (opening := _OPENING.search(small, begin)) is not None:
        end = small.find(b"</" + opening[1], opening.end())
        pieces.append(body[begin : opening.end()])
        begin = len(body) if end < 0 else end
        if end < 0:
            break
    return _DATA.sub(b"", b"".join((*pieces, body[begin:])))


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """The encodings that are claimed and known."""
    head = body[:PRESCAN].decode("latin-1")
    for pattern, text in ((_CHARSET, content_type), (_XML, head), (_CHARSET, head)):
        if (claim := pattern.search(text)) is not None and (encoding := _known(claim[1])):
            yield encoding


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name)
        b"a".decode(found.name)  # refuses what is no text encoding, such as hex
    except (LookupError, ValueError):
        return ""
    # A document whose declaration could be read byte by byte is not in UTF-16, whatever it says.
    return "utf-8" if found.name.startswith(("utf-16", "utf-32", "utf-8", "utf-7")) else found.name


def _strictly_utf8(body: bytes) -> str | None:
    """The text if every byte is UTF-8, but for a letter that was cut at the end. The document may well write U+FFFD
    itself: wording uses it as a placeholder."""
    try:
        return codecs.getincrementaldecoder("utf-8")("strict").decode(body)
    except UnicodeDecodeError:
        return None


def _utf8_or_windows(body: bytes) -> str:
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(body)
    broken = text.count("�")
    if broken and sum(not letter.isascii() for letter in text) - broken < broken * _DIRT:
        return _windows(body)
    return text


def _windows(body: bytes) -> str:
    return body.decode(_WINDOWS, "replace")


def _clean(text: str) -> str:
    return text.replace("\0", "")
