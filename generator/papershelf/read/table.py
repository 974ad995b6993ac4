"""CSV and TSV: a row a paper; columns of Scopus, Lens, OpenAlex, Zotero, or your own."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from papershelf.model import Origin, Problem, Record
from papershelf.read.fields import ALIASES, record_of
from papershelf.read.values import plain_name
from papershelf.report import Report

SUMMARY = "CSV and TSV tables: Scopus, Lens, OpenAlex, Zotero, or columns of your own"
SUFFIXES = (".csv", ".tsv")
EXAMPLE = """Title,Authors,Year,DOI,Abstract
A Shelf of Rows,"Lee, Ada; van der Berg, Bo",2021,10.1234/rows,How to keep a library.
"""

# Longer than any abstract; the csv module's own limit would stop the file with an exception.
_LONGEST_CELL = 10_000_000

_COLUMNS = {
    "title": ("documenttitle", "articletitle"),
    "authors": ("author/s", "authorfullnames", "authorshipsauthordisplayname", "authorsfullnames"),
    "abstract": ("abstractnote",),
    "date": ("datepublished", "publicationyear", "coverdate", "issued"),
    "venue": ("sourcetitle", "primarylocationsourcedisplayname", "source"),
    "keywords": ("authorkeywords", "indexkeywords", "manualtags", "automatictags", "fieldsofstudy"),
    "url": ("sourceurls", "externalurl"),
    "type": ("documenttype", "itemtype"),
    "number": ("issuenumber",),
}  # fmt: skip
"""Our name → columns that only tables have, the best first."""

_OURS = {column: name for name, columns in _COLUMNS.items() for column in columns}
_KNOWN = {alias for aliases in ALIASES.values() for alias in aliases} | set(_OURS)


def sniff(head: str) -> float:
    """0.9 when the first line names a title and another known column, parted as a table's are."""
    line = head.lstrip("\ufeff\n").partition("\n")[0]
    columns = [
        plain_name(name)
        for name in next(csv.reader([line[:20_000]], delimiter=_delimiter(line)), [])
    ]
    known = [name for name in columns if name in _KNOWN]
    titled = any(name in _KNOWN and _field(name) == "title" for name in columns)
    return 0.9 if titled and len(known) > 1 else 0.4 if titled and len(columns) > 1 else 0.0


def _delimiter(line: str) -> str:
    """Tab, semicolon or comma: the one that parts the header into most columns."""
    return max("\t;,", key=lambda sign: (line.count(sign), sign == ","))


def _field(column: str) -> str:
    name = _OURS.get(column, column)
    return next((ours for ours, aliases in ALIASES.items() if name in aliases), name)


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A table → a record a row; rows of another length than the header are reported."""
    csv.field_size_limit(_LONGEST_CELL)
    body = text.lstrip("\ufeff")
    rows = csv.reader(body.splitlines(keepends=True), delimiter=_delimiter(body.partition("\n")[0]))
    header = next(rows, [])
    while True:
        line = rows.line_num + 1
        place = replace(origin, line=line)
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            report.problem(Problem("bad-csv", f"the row cannot be read: {error}", place))
            continue
        if any(cell.strip() for cell in row):
            yield from _record(header, row, place, report)


def _record(
    header: Sequence[str], row: Sequence[str], place: Origin, report: Report
) -> Iterator[Record]:
    if len(row) != len(header):
        message = f"the row has {len(row)} cells, the header {len(header)}"
        hint = "look for a quotation mark that is not closed or doubled"
        report.problem(Problem("odd-row", message, place, hint))
        if len(row) > len(header) + 1:  # cells have moved: their names would be wrong
            return
    data: dict[str, Any] = {}
    for name, cell in zip(header, row, strict=False):
        value = _cell(cell)
        if value:
            data.setdefault(_name(name), _listed(_name(name), value))
    yield record_of(_with_pages(data), place, report)


def _name(column: str) -> str:
    """A column's name as `fields` knows it; unknown ones keep their own."""
    return _OURS.get(plain_name(column), column)


def _cell(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from taking text for a formula."""
    cell = cell.strip()
    return cell[1:] if re.match(r"'[=+\-@\t\r]", cell) else cell


def _listed(name: str, value: str) -> Any:
    """OpenAlex parts its lists with a bar, Lens and Scopus with semicolons."""
    if name == "authors":
        sign = "|" if "|" in value else ";"
        return (
            [part.strip() for part in value.split(sign) if part.strip()] if sign in value else value
        )
    if plain_name(name) in {"url", "link"}:
        return re.split(r"[;\s]+", value)[0]
    return value


def _with_pages(data: dict[str, Any]) -> dict[str, Any]:
    """Scopus and Lens give first and last page a column each."""
    names = {plain_name(name): name for name in data}
    start, end = (
        names.get("pagestart") or names.get("startpage"),
        names.get("pageend") or names.get("endpage"),
    )
    if start and "pages" not in names:
        last = data.pop(end) if end else ""
        first = data.pop(start)
        data["pages"] = f"{first}-{last}" if last and last != first else first
    return data
