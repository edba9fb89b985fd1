"""A body to front matter. Pure."""

from actors.prober.frontmatter import choosing, fields, html, titles
from actors.prober.frontmatter.decoding import decoded
from actors.prober.frontmatter.page import MAIL_CLOSE, MAIL_OPEN, Page
from actors.prober.frontmatter.polish import polished
from messages.drafts import Extension, FrontMatter

MOST_WORDS = 1_000
LONGEST_WORD = 60
LONGEST_TEXT = 12_000
"""Characters of the first words: what has longer words than people write is no text."""


def read(body: bytes, extension: Extension, content_type: str) -> FrontMatter:
    """What the document says of itself. Raises whatever the PDF library does over a body that is none."""
    if extension is Extension.PDF:
        from actors.prober.frontmatter import pdf  # a third of the child's time, and nothing for HTML

        return of_page(pdf.page_of(body))
    return of_page(html.page_of(decoded(body, content_type)))


def of_page(page: Page) -> FrontMatter:
    """The front matter in rows of text."""
    found = fields.fields_of(page)
    title = titles.title_of(page, found)
    return FrontMatter(
        title=title,
        authors=choosing.people_of(page, found, title),
        audience=choosing.audience_of(found),
        date=choosing.date_of(page, found),
        text=first_words(page.text),
    )


def first_words(text: str) -> str:
    """The first 1,000 words, parted by single blanks."""
    for mark in (MAIL_OPEN, MAIL_CLOSE):
        text = text.replace(mark, " ")
    words = (word[:LONGEST_WORD] for word in polished(text).split(maxsplit=MOST_WORDS)[:MOST_WORDS])
    return " ".join(words)[:LONGEST_TEXT].rstrip()
