"""The content of a draft on the stage: front matter like that of real papers, and nothing else of them. Pure."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actors.stage.sites.pdf import PdfLine, pdf_of

ABSTRACT = (
    "This is a draft on the stage of Callboard: its front matter is that of a paper, and its text is this sentence."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper's front matter. `id` as it calls itself (`D2300R11`)."""

    id: str
    title: str
    authors: tuple[str, ...]
    audience: tuple[str, ...]
    date: date
    text: str = ABSTRACT


def document_of(papers: Mapping[str, Any], name: str, audience: tuple[str, ...]) -> Document:
    """The front matter of the draft of this name: the index's data (entries by id) of the paper that it became, and the
    groups, which the index does not say."""
    id = name.partition(".")[0]
    paper = papers[f"P{id[1:]}"]
    authors = tuple(filter(None, (author.strip() for author in re.split("[,;]", str(paper.get("author", ""))))))
    dated = date.fromisoformat(paper["date"])
    return Document(id=id, title=paper["title"], authors=authors, audience=audience, date=dated)


def body_of(document: Document, name: str) -> bytes:
    """The document as the file of this name: HTML or PDF."""
    return as_html(document) if name.endswith(".html") else as_pdf(document)


def as_html(document: Document) -> bytes:
    """As bikeshed lays papers out."""
    title, id = html.escape(document.title), html.escape(document.id)
    editors = "".join(
        f'<dd class="editor p-author h-card vcard"><a class="p-name fn u-email email" href="mailto:{_mail(author)}">'
        f"{html.escape(author)}</a>\n"
        for author in document.authors
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{id}: {title}</title>\n'
        "<style>body { font: 1rem/1.4 sans-serif; max-width: 50em; margin: auto; }</style></head>\n"
        f'<body class="h-entry"><div class="head"><h1 class="p-name no-ref" id="title">{id}<br>{title}</h1>\n'
        f'<h2 class="no-num no-toc" id="subtitle">Draft Proposal, <time class="dt-updated" datetime="{document.date}">'
        f'{document.date}</time></h2>\n<div data-fill-with="spec-metadata"><dl>\n<dt>Authors:\n{editors}'
        f"<dt>Audience:\n<dd>{html.escape(', '.join(document.audience))}\n"
        "<dt>Project:\n<dd>ISO/IEC JTC1/SC22/WG21 14882: Programming Language — C++\n</dl></div></div>\n"
        f"<h2>Abstract</h2>\n<p>{html.escape(document.text)}</p></body></html>\n"
    ).encode()


def as_pdf(document: Document) -> bytes:
    """As LaTeX users lay papers out; letters that Windows-1252 lacks become question marks."""
    header = [
        PdfLine(text=f"Document Number: {document.id}"),
        PdfLine(text=f"Date: {document.date}"),
        PdfLine(text=f"Audience: {', '.join(document.audience)}"),
        *_people(document.authors),
        PdfLine(text=""),
    ]
    title = [PdfLine(text=part, size=18) for part in _broken(document.title, 55)]
    text = [PdfLine(text="Abstract", size=13), *(PdfLine(text=part) for part in _broken(document.text, 90))]
    return pdf_of([[*header, *title, PdfLine(text=""), *text]], title=document.title)


def _people(authors: Sequence[str]) -> list[PdfLine]:
    if not authors:
        return []
    first, *others = authors
    lines = [PdfLine(text=f"Reply-to: {first} <{_mail(first)}>")]
    return lines + [PdfLine(text=f"{author} <{_mail(author)}>") for author in others]


def _broken(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _mail(author: str) -> str:
    plain = "".join(letter for letter in author.casefold() if letter.isascii() and letter.isalpha())
    return f"{plain or 'author'}@example.org"
