"""open-std.org's papers of a year, as the stage serves them."""

import html
from collections.abc import Mapping
from typing import Any

_COLUMNS = ("WG21 Number", "Title", "Author", "Document Date", "Mailing Date", "Previous Version", "Subgroup")


def year_page(year: str, entries: Mapping[str, Mapping[str, Any]]) -> str:
    """The papers of the index which are dated in the year, in a table as open-std.org has one; what the index does not
    know (the mailing but its month, the subgroup) stays empty."""
    rows = "".join(
        _row(id, entry, entries)
        for id, entry in sorted(entries.items())
        if entry.get("type") == "paper" and str(entry.get("date", "")).startswith(year)
    )
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>WG21 papers {year}</title></head>\n'
        f"<body><h1>ISO/IEC JTC1/SC22/WG21 - Papers {year}</h1>\n"
        f"<table border=1>\n<tr>{head}</tr>\n{rows}</table></body></html>\n"
    )


def _mailing(date: str) -> str:
    """The month of a date like `2015-10-30` or `20151030`."""
    digits = date.replace("-", "")
    return f"{digits[:4]}-{digits[4:6]}"


def _row(id: str, entry: Mapping[str, Any], entries: Mapping[str, Mapping[str, Any]]) -> str:
    date = str(entry.get("date", ""))
    file = str(entry.get("long_link", f"{id.lower()}.pdf")).rpartition("/")[2]
    stem, revised, revision = id.rpartition("R")
    previous = f"{stem}R{int(revision) - 1}" if revised and revision.isdecimal() and len(revision) < 5 else ""
    cells = (
        entry.get("title", ""),
        entry.get("author", ""),
        date,
        _mailing(date),
        previous if previous in entries else "",
        "",
    )
    link = f'<a href="{html.escape(file)}">{html.escape(id)}</a>'
    return f"<tr><td>{link}</td>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>\n"
