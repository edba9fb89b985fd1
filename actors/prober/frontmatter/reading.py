"""A body to front matter. Pure."""

from collections.abc import Callable
from functools import partial
from types import MappingProxyType

from actors.prober.frontmatter.fields import choosing, fields, sections, titles
from actors.prober.frontmatter.html import parsing as html
from actors.prober.frontmatter.html.decoding import decoded, lean
from actors.prober.frontmatter.text.page import MAIL_CLOSE, MAIL_OPEN, Page, Part
from actors.prober.frontmatter.text.polish import polished
from messages.drafts import Extension, FrontMatter

MOST_HTML = MappingProxyType({Part.WHOLE: 2 * 1024 * 1024, Part.BEGINNING: 64 * 1024})
"""Bytes of HTML that are parsed, styles and scripts not counted: an export may have megabytes of fonts in front."""

MOST_WORDS = 1_000
LONGEST_WORD = 60
LONGEST_TEXT = 12_000
"""Characters of the first words: what has longer words than people write is no text."""


def read(body: bytes, extension: Extension, content_type: str, part: Part = Part.WHOLE) -> FrontMatter:
    """What the document says of itself. Raises `UnreadablePdf` for a PDF that is none, or is encrypted."""
    return of_page(prepare(body, extension, content_type, part)())


def prepare(body: bytes, extension: Extension, content_type: str, part: Part = Part.WHOLE) -> Callable[[], Page]:
    """What parses the body: all that it has to import is imported, and nothing of the body is parsed yet."""
    if extension is Extension.PDF:
        from actors.prober.frontmatter.pdf import parsing as pdf  # a third of the child's time, and nothing for HTML

        return partial(pdf.page_of, body, part)
    return partial(html.page_of, decoded(_first(lean(body), MOST_HTML[part]), content_type))


def _first(body: bytes, most: int) -> bytes:
    """The body, or so much of it, without a tag that was cut."""
    if len(body) <= most:
        return body
    end = body.rfind(b"<", 0, most)
    return body[: end if end > most // 2 else most]


def of_page(page: Page) -> FrontMatter:
    """The front matter in rows of text."""
    found = fields.fields_of(page)
    title = titles.title_of(page, found)
    number, texts = sections.number_of(page, found), sections.texts_of(page)
    return FrontMatter(
        title=title,
        authors=choosing.people_of(page, found, title),
        audience=choosing.audience_of(page, found),
        date=choosing.date_of(page, found),
        text=first_words(page.text),
        number=number,
        changes=sections.changes_of(texts, number),
        abstract=sections.abstract_of(texts),
    )


def first_words(text: str) -> str:
    """The first 1,000 words, parted by single blanks."""
    for mark in (MAIL_OPEN, MAIL_CLOSE):
        text = text.replace(mark, " ")
    words = (word[:LONGEST_WORD] for word in polished(text).split(maxsplit=MOST_WORDS)[:MOST_WORDS])
    return " ".join(words)[:LONGEST_TEXT].rstrip()
