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
    "date": ("datepublished", "coverdate", "issued"),
    "venue": ("sourcetitle", "primarylocationsourcedisplayname", "source"),
    "keywords": ("authorkeywords", "indexkeywords", "manualtags", "automatictags", "fieldsofstudy"),
    "url": ("sourceurls", "externalurl"),
    "type": ("documenttype", "itemtype"),
    "number": ("issuenumber",),
    "language": ("languageoforiginaldocument", "languageofdocument"),
}  # fmt: skip
"""Our name → columns that only tables have, the best first."""

_OURS = {column: name for name, columns in _COLUMNS.items() for column in columns}
_KNOWN = {alias for aliases in ALIASES.values() for alias in aliases} | set(_OURS)


def sniff(head: str) -> float:
    """0.9 when the first line names a title and another known column, parted as a table's are."""
    line = head.lstrip("\ufeff\n").partition("\n")[0]
    columns = [plain_name(name) for name in _row([line[:20_000]], 0, _delimiter(line))[0]]
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
    lines = text.lstrip("\ufeff").split("\n")
    delimiter = _delimiter(lines[0])
    header, at = _row(lines, 0, delimiter)
    while at < len(lines):
        place = replace(origin, line=at + 1)
        row, after = _row(lines, at, delimiter)
        if after > at + 1 and len(row) != len(header):
            row, after = [], at + 1
            hint = "look for a quotation mark that is not closed or doubled"
            report.problem(Problem("bad-csv", "the row does not end where it should", place, hint))
        if any(cell.strip() for cell in row):
            yield from _record(header, row, place, report)
        at = after


# A quotation mark that nobody closes would take in the rest of the file; the longest row of
# the real tables has 40 lines.
_MOST_LINES = 200


def _row(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the row that begins at a line, and the line after it."""
    csv.field_size_limit(_LONGEST_CELL)
    taken = (f"{line}\n" for line in lines[at : at + _MOST_LINES])
    rows = csv.reader(taken if '"' in lines[at] else [lines[at]], delimiter=delimiter)
    try:
        row = next(rows, [])
    except csv.Error:
        return [], at + 1
    return row, at + max(1, rows.line_num)


def _record(
    header: Sequence[str], row: Sequence[str], place: Origin, report: Report
) -> Iterator[Record]:
    if len(row) != len(header):
        message = f"the row has {len(row)} cells, the header {len(header)}"
        hint = "look for a quotation mark that is not closed or doubled"
        report.problem(Problem("odd-row", message, place, hint))
        if len(row) > len(header) + 1:  # cells have moved: their names would be wrong
            return
    cells = list(zip(header, row, strict=False))
    data: dict[str, Any] = _full_names(cells)
    for name, cell in cells:
        value = _cell(cell)
        if value:
            data.setdefault(_name(name), _listed(_name(name), value))
    yield record_of(_with_pages(data), place, report)


_ID = re.compile(r"(?<!\s)\s*+\(\d{1,20}\)\Z")


def _full_names(cells: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Scopus gives initials in one column, and names with its own ids in another."""
    for name, cell in cells:
        if plain_name(name) in {"authorfullnames", "authorsfullnames"} and cell.strip():
            return {"authors": [_ID.sub("", part.strip()) for part in cell.split(";")]}
    return {}


def _name(column: str) -> str:
    """A column's name as `fields` knows it; unknown ones keep their own."""
    return _OURS.get(plain_name(column), column)


def _cell(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from taking text for a formula."""
    cell = cell.strip()
    return cell[1:] if re.match(r"'+[=+\-@\t\r＝＋－＠]", cell) else cell


def _listed(name: str, value: str) -> Any:
    """OpenAlex parts its lists with a bar, Lens and Scopus with semicolons."""
    if name == "authors":
        sign = "|" if "|" in value else ";"
        return (
            [part.strip() for part in value.split(sign) if part.strip()] if sign in value else value
        )
    if name == "links":
        return [_link(part) for part in re.split(r";\s", value) if part.strip()]
    if plain_name(name) in {"url", "link"}:
        return re.split(r"[;\s]+", value)[0]
    return value


def _link(part: str) -> Any:
    """An address, or its kind and the address: `code https://…`."""
    kind, _, address = part.strip().rpartition(" ")
    return {"kind": kind, "url": address} if kind else address


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
