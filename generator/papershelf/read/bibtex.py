"""BibTeX and BibLaTeX: text → Records, with values as LaTeX.

bibtexparser cuts the file into blocks and survives broken ones; what a value means
(`#` joins, `@string` names, crossref, keyless entries) is worked out here. LaTeX is left
as it is: cleaning decodes it, since only there is known what a title may hold.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bibtexparser.library import Library
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
    String,
)
from bibtexparser.splitter import Splitter

from papershelf.model import Origin, Problem, Record
from papershelf.report import Report

SUMMARY = "BibTeX and BibLaTeX libraries (.bib)"
EXAMPLE = """@inproceedings{lee2021shelf,
  title     = {A Shelf of {BibTeX}},
  author    = {Lee, Ada and van der Berg, Bo},
  booktitle = {Proceedings of the Library Workshop},
  year      = 2021,
  abstract  = {How to keep a library in one file.},
}
"""

# bibtexparser logs each broken block; the same reaches the user as a problem with its line.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_ENTRY = re.compile(r"^[ \t]*@[A-Za-z]+\s*[{(]", re.MULTILINE)
_KEYLESS = re.compile(
    r"(@(?!string|comment|preamble)[A-Za-z]+\s*[{(])(?=\s*[A-Za-z][\w-]*\s*=)", re.IGNORECASE
)
_MONTHS = {name: str(number) for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # fmt: skip

_NAMES = {
    "abstract": "abstract", "author": "authors", "doi": "doi", "url": "url", "pdf": "pdf",
    "code": "code", "pages": "pages", "volume": "volume", "number": "number", "issue": "number",
    "publisher": "publisher", "language": "language", "langid": "language",
    "keywords": "keywords", "keyword": "keywords", "mendeley-tags": "keywords",
}  # fmt: skip
_VENUES = (
    "journaltitle", "journal", "booktitle", "eventtitle", "maintitle",
    "school", "institution", "organization",
)  # fmt: skip
_ARXIV = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z][a-z.-]*/\d{7})(v\d+)?\Z", re.IGNORECASE)


def sniff(head: str) -> float:
    """High when a line opens an entry; a `@` somewhere in a text is none."""
    return 0.95 if _ENTRY.search(head) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A library's text → a record an entry; broken blocks are reported and lose only themselves."""
    library = Splitter(_KEYLESS.sub(r"\1,", text)).split()
    strings = _strings(library)
    entries = list(_entries(library, origin, report))
    values = {id(entry): _values(entry, strings) for entry in entries}
    parents = {entry.key.lower(): values[id(entry)] for entry in reversed(entries)}
    for entry in entries:
        kind = str(entry.entry_type).lower()
        fields = _inherit(values[id(entry)], parents, kind)
        yield _record(
            entry.key, kind, fields, Origin(origin.path, (entry.start_line or 0) + 1, "bibtex")
        )


def _entries(library: Library, origin: Origin, report: Report) -> Iterator[Entry]:
    """The entries in order, those in doubtful blocks too, each doubt with its line."""
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        place = Origin(origin.path, line, "bibtex")
        if isinstance(block, Entry):
            yield block
        elif isinstance(block, DuplicateBlockKeyBlock):
            again = block.ignore_error_block
            if isinstance(again, Entry):
                message = f'the key "{again.key}" is used a second time'
                report.problem(Problem("duplicate-key", message, place, level="info"))
                yield again
        elif isinstance(block, DuplicateFieldKeyBlock):
            message = f"a field is given twice: {', '.join(sorted(block.duplicate_keys))}"
            hint = "the first one counts; delete the other"
            report.problem(Problem("duplicate-field", message, place, hint))
            if isinstance(block.ignore_error_block, Entry):
                yield block.ignore_error_block
        elif isinstance(block, ParsingFailedBlock):
            start = " ".join((block.raw or "").split())[:60]
            hint = "look for a missing comma, brace or quotation mark; the block is left out"
            report.problem(Problem("bad-bibtex", f'cannot read "{start}"', place, hint))


def _strings(library: Library) -> dict[str, str]:
    """The file's `@string` names, over the months that every style knows."""
    found = dict(_MONTHS)
    for block in library.blocks:
        again = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock) else block
        if isinstance(again, String):
            found[again.key.lower()] = _value(str(again.value), found)
    return found


def _values(entry: Entry, strings: Mapping[str, str]) -> dict[str, str]:
    """Field → value; names without case; the first of two counts."""
    found: dict[str, str] = {}
    for field in entry.fields:
        found.setdefault(field.key.lower(), _value(str(field.value), strings))
    return {name: value for name, value in found.items() if value.strip()}


_PIECE = re.compile(r"\s*(?:#\s*)*([^\s#{\"]+)?")


def _value(raw: str, strings: Mapping[str, str]) -> str:
    """What `"a" # jan # {b}` says: pieces joined, names looked up, outer braces taken off."""
    pieces, at = [], 0
    while at < len(raw):
        bare = _PIECE.match(raw, at)
        at = bare.end() if bare else at
        if bare and bare[1]:
            pieces.append(strings.get(bare[1].lower(), bare[1]))
        elif at < len(raw):
            end = _closing(raw, at)
            pieces.append(raw[at + 1 : end])
            at = end + 1
    return "".join(pieces)


def _closing(raw: str, start: int) -> int:
    """Where the string that opens at `start` closes; its end when it never does."""
    depth, quoted = 0, raw[start] == '"'
    for at in range(start, len(raw)):
        sign = raw[at]
        if sign in "{}" and raw[at - 1 : at] != "\\":
            depth += 1 if sign == "{" else -1
            if not depth and not quoted:
                return at
        elif sign == '"' and quoted and not depth and at > start:
            return at
    return len(raw)


_PARENT_NAMES = {"title": "booktitle", "subtitle": "booksubtitle", "author": "bookauthor"}
# What a part of a volume takes over from it, as biblatex does for crossref.
_PARENT_FIELDS = {
    "title", "editor", "publisher", "year", "date", "month", "volume", "series",
    "booktitle", "journal", "journaltitle", "language", "langid", "organization", "eventtitle",
}  # fmt: skip


def _inherit(
    fields: dict[str, str], parents: Mapping[str, dict[str, str]], kind: str
) -> dict[str, str]:
    """The fields, with those of the crossref parent where the entry has none of its own."""
    parent = parents.get(fields.get("crossref", fields.get("xdata", "")).strip().lower())
    if parent is None or parent is fields:
        return fields
    if kind == "article":
        taken = {
            _VENUE_OF_ISSUE.get(name, name): value
            for name, value in parent.items()
            if name in _PARENT_FIELDS
        }
    else:
        taken = {
            _PARENT_NAMES.get(name, name): value
            for name, value in parent.items()
            if name in _PARENT_FIELDS
        }
    return {**taken, **fields}


_VENUE_OF_ISSUE = {"title": "journaltitle"}


def _record(key: str, kind: str, values: Mapping[str, str], origin: Origin) -> Record:
    """An entry's values under our names; the rest goes to `extra` under its own."""
    fields: dict[str, Any] = {"key": key} if key else {}
    fields["type"] = kind
    used = {"crossref"}
    for name, value in values.items():
        if name in _NAMES:
            used.add(name)
            fields.setdefault(_NAMES[name], value)
    for name, (value, sources) in {
        "title": _title(values), "date": _date(values), "venue": _venue(values),
        "arxiv": _arxiv(values), "links": _links(values), "authors": _editors(values),
    }.items():  # fmt: skip
        used.update(sources)
        if value:
            fields.setdefault(name, value)
    extra = {name: value for name, value in values.items() if name not in used}
    return Record(fields, origin, extra, "latex")


Found = tuple[Any, tuple[str, ...]]


def _title(values: Mapping[str, str]) -> Found:
    """Title and subtitle, with a colon between them unless the title ends in a mark."""
    parts = [values[name].strip() for name in ("title", "subtitle") if name in values]
    if len(parts) == 2 and parts[0].rstrip("}")[-1:] in {"?", "!", ":", "."}:
        return " ".join(parts), ("title", "subtitle")
    return ": ".join(parts), ("title", "subtitle")


def _date(values: Mapping[str, str]) -> Found:
    """The date in ISO 8601 as far as the entry tells; a range or a word stays as it is."""
    if "date" in values:
        return values["date"], ("date",)
    year, month, day = (values.get(name, "").strip() for name in ("year", "month", "day"))
    if year.isdigit() and month.isdigit():
        parts = [year, month.zfill(2), *([day.zfill(2)] if day.isdigit() else [])]
        return "-".join(parts), ("year", "month", "day")
    return (f"{month} {year}".strip() if not month.isdigit() else year), ("year", "month")


def _venue(values: Mapping[str, str]) -> Found:
    name = next((name for name in _VENUES if name in values), "")
    return values.get(name, ""), (name,)


def _arxiv(values: Mapping[str, str]) -> Found:
    """The arXiv id, from an eprint that says so or looks like one."""
    for name in ("arxivid", "arxiv", "eprint"):
        kind = values.get("archiveprefix", values.get("eprinttype", "")).lower()
        match = _ARXIV.match(values.get(name, "").strip())
        if match and (name != "eprint" or kind in {"", "arxiv"}):
            return match[1] + (match[2] or ""), (name, "archiveprefix", "eprinttype")
    return "", ()


def _links(values: Mapping[str, str]) -> Found:
    """Addresses beside `url`: BibDesk's numbered ones, and those in howpublished and note."""
    names = sorted(
        name
        for name in values
        if re.fullmatch(r"(bdsk|local)-url-\d+|howpublished|note|link", name)
    )
    found = [url for name in names for url in re.findall(r"https?://[^\s{}]+", values[name])]
    return found, tuple(name for name in names if name.startswith("bdsk"))


def _editors(values: Mapping[str, str]) -> Found:
    """Editors stand in for authors of a volume that has none."""
    return ("", ()) if "author" in values else (values.get("editor", ""), ("editor",))
