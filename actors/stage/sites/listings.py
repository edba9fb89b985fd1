"""open-std.org's root and yearly pages, in the six layouts that they have had, and what goes wrong with them. Pure."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from actors.stage.sites.documents import Document

_COLUMNS = (
    "WG21 Number", "Title", "Author", "Document Date", "Mailing Date", "Previous Version", "Subgroup", "Disposition",
)  # fmt: skip
_HEAD = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"\n<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en-us">\n'
    "<TITLE>\nISO/IEC JTC1/SC22/WG21\n- Papers {year}\n</TITLE>\n"
    '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=ISO-8859-1">\n</head>\n<body>\n'
)
_OLD_HEAD = "<html>\n<head>\n<TITLE>\nISO/IEC JTC1/SC22/WG21\n- Papers {year}\n</TITLE>\n</head>\n<body>\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPaper:
    """A row. `file` is the name of its file, empty for a row without a link; the others are as they are written."""

    id: str
    title: str = ""
    author: str = ""
    date: str = ""
    file: str = ""
    previous: str = ""
    subgroup: str = ""
    disposition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedMailing:
    """A mailing: `name` as in `2025-02`, `place` as in `pre-Hagenberg`."""

    name: str
    papers: tuple[StagedPaper, ...]
    place: str = ""


def staged_paper(document: Document) -> StagedPaper:
    """The row of the paper that a draft becomes."""
    id = f"P{document.id[1:]}"
    return StagedPaper(
        id=id,
        title=document.title,
        author=", ".join(document.authors),
        date=document.date.isoformat(),
        file=f"{id.lower()}.html",
        subgroup=",".join(document.audience),
    )


def root_page(mailings: Iterable[StagedMailing]) -> bytes:
    """The root, with a link to each mailing."""
    links = "".join(
        f'<li><a href="{each.name[:4]}/#mailing{each.name}">{_title(each)} mailing</a></li>\n' for each in mailings
    )
    return f"<html><body><h1>WG21 papers</h1>\n<ul>\n{links}</ul>\n</body></html>\n".encode()


def listing_page(year: int, mailings: Sequence[StagedMailing], era: str = "a") -> bytes:
    """The page of a year in the layout of an era: `a` since 2023, `b` 2017 to 2022, `c` 2013 to 2016, `d` 2011 and
    2012, `e` 2004 to 2010, `f` to 2001."""
    return _ERAS[era](year, mailings).encode("cp1252" if era in "ef" else "ascii", "xmlcharrefreplace")


def cut_page(page: bytes, share: float = 0.5) -> bytes:
    """The page as a server sends it that was cut off in the middle."""
    return page[: int(len(page) * share)]


def _title(mailing: StagedMailing) -> str:
    return f"{mailing.name} {mailing.place}".strip()


def _since_2023(year: int, mailings: Sequence[StagedMailing]) -> str:
    heads = "".join(f"\t\t<th>{name}</th>\n" for name in _COLUMNS[:-1]) + f"\t\t<th>{_COLUMNS[-1]}<th>\n"
    return (
        _HEAD.format(year=year)
        + _standing_documents(year)
        + "".join(
            f'<!-- begin {_title(each)} -->\n<h1>\n\t<a name="mailing{each.name}">mailing{_title(each)}</a>\n</h1>\n'
            f'<table border="1" summary="See previous paragraph.">\n\t<tr>\n{heads}'
            f'        <tr>\n            <th colspan="8">{_title(each)}</th>\n        </tr>\n\n'
            f"{_rows(year, each)}"
            f"</table>\n<!-- end {_title(each)} -->\n"
            for each in mailings
        )
        + "</body>\n</html>\n"
    )


def _standing_documents(year: int) -> str:
    heads = "".join(f"            <th>{name}</th>\n" for name in _COLUMNS)
    cells = (f'<a hRef="../{year}/sd-1.htm">SD-1</a>', f"{year} document list", "Nell Ledger", f"{year}-01-02", "")
    row = "".join(f"            <td>{cell}</td>\n" for cell in (*cells, "", "", ""))
    return (
        f'    <table border="1">\n        <tr>\n{heads}        </tr>\n        <tr>\n{row}        </tr>\n    </table>\n'
    )


def _in_short_names(year: int, mailings: Sequence[StagedMailing]) -> str:
    heads = "".join(f"\t\t<th>{name}</th>\n" for name in _COLUMNS)
    return (
        _HEAD.format(year=year)
        + "".join(
            f'<h1>\n<a name="mailing{each.name}">mailing{each.name}</a>\n</h1>\n    <table border="1" >\n\t<tr>\n'
            f'{heads}\t</tr>\n        <tr>\n            <th colspan="8">{_title(each)}</th>\n        </tr>\n'
            f"{_rows(year, each)}    </table>\n"
            for each in mailings
        )
        + "</body>\n</html>\n"
    )


def _with_a_second_number(number: str, columns: Sequence[str]) -> Callable[[int, Sequence[StagedMailing]], str]:
    def page(year: int, mailings: Sequence[StagedMailing]) -> str:
        names = (columns[0], f"{number} Number", *columns[1:])
        heads = "".join(f"<th>{name}</th>\n" for name in names)
        return (
            _OLD_HEAD.format(year=year)
            + "".join(
                f'<h1>\n<a name="mailing{each.name}">mailing{each.name}</a>\n</h1>\n'
                f"<table border>\n<tr>\n{heads}</tr>\n"
                + "".join(
                    f"<tr>\n{_cells(year, each, paper, f'{year % 100:02d}-{place:04d}', len(columns))}</tr>\n"
                    for place, paper in enumerate(each.papers, 1)
                )
                + "</table>\n"
                for each in mailings
            )
            + "</body>\n</html>\n"
        )

    return page


def _cells(year: int, mailing: StagedMailing, paper: StagedPaper, second: str, columns: int) -> str:
    values = list(_values(year, mailing, paper))[:columns]
    return "".join(f"\t<td>{value}</td>\n" for value in (values[0], second, *values[1:]))


def _preformatted(year: int, mailings: Sequence[StagedMailing]) -> str:
    def line(place: int, paper: StagedPaper) -> str:
        id = f'<a hRef="../{year}/{html.escape(paper.file)}">{paper.id}</a>' if paper.file else paper.id
        gap = " " * max(1, 8 - len(paper.id))
        title, author = html.escape(paper.title[:40]), html.escape(paper.author)
        return f"{year % 100:02d}-{place:04d}   {id}{gap}{title:<42}{author:<19}\n"

    return _OLD_HEAD.format(year=year) + "".join(
        f'<h1>\nJTC1/SC22/WG21\n<a name="Post-{each.name}">post_{each.name}</a>\n</h1>\n<pre>\n'
        + "".join(line(place, paper) for place, paper in enumerate(each.papers, 1))
        + "</pre>\n"
        for each in mailings
    )


def _rows(year: int, mailing: StagedMailing) -> str:
    return "".join(
        "\t <tr > \n" + "".join(f"\t \t <td > {value} </td>\n" for value in _values(year, mailing, paper)) + "\t</tr>\n"
        for paper in mailing.papers
    )


def _values(year: int, mailing: StagedMailing, paper: StagedPaper) -> Sequence[str]:
    id = f'<a href="../{year}/{html.escape(paper.file)}">{paper.id}</a>' if paper.file else paper.id
    previous = f'<a href="../{year}/{paper.previous.lower()}.html">{paper.previous}</a>' if paper.previous else ""
    return (
        id, html.escape(paper.title), html.escape(paper.author), paper.date, mailing.name, previous,
        html.escape(paper.subgroup), html.escape(paper.disposition),
    )  # fmt: skip


_ERAS: Mapping[str, Callable[[int, Sequence[StagedMailing]], str]] = MappingProxyType(
    {
        "a": _since_2023,
        "b": _in_short_names,
        "c": _in_short_names,
        "d": _with_a_second_number("PL22.16", _COLUMNS),
        "e": _with_a_second_number("J16", _COLUMNS[:-1]),
        "f": _preformatted,
    }
)
