"""RIS: `TY  - JOUR` … `ER  - `, as reference managers and publishers export it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from papershelf.model import Origin, Record
from papershelf.read.tagged import (
    Dialect,
    Tags,
    all_of,
    find_doi,
    first,
    page_range,
    read_tagged,
    share,
)
from papershelf.read.values import arxiv_in
from papershelf.report import Report

SUMMARY = "RIS exports of reference managers and publishers (.ris)"
SUFFIXES = (".ris",)
EXAMPLE = """TY  - JOUR
TI  - A Shelf of RIS
AU  - Lee, Ada
PY  - 2021/05
AB  - How to keep a library in lines of tags.
ER  -
"""

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9])[ \t]{1,3}-(?:[ \t](.*)|()$)")


def _derive(tags: Tags) -> dict[str, Any]:
    """Pages, date and DOI, which RIS scatters over several tags; editors for want of authors."""
    doi = first(tags, "DO", "DI")
    notes = [value for tag in ("N1", "M3", "UR", "M1") for value in tags.get(tag, ())]
    return {
        "pages": page_range(tags, "SP", "EP"),
        "date": _date(tags),
        "doi": doi or find_doi(notes),
        "authors": [_name(name) for name in all_of(tags, "AU", "A1", "ED", "A2", "A3")],
        **_addresses(tags),
    }


def _name(name: str) -> Any:
    """A name; EndNote writes a comma, and no other, at the end of a group's."""
    group = name.removesuffix(",")
    return {"literal": group} if group != name and "," not in group else name


_PAGES = {
    "acl": re.compile(r"https?://aclanthology\.org/[\w.-]+/?"),
    "openreview": re.compile(r"https?://openreview\.net/forum\?id=[\w-]+"),
}


def _addresses(tags: Tags) -> dict[str, Any]:
    """The names that addresses spell, for which RIS has no tags, and the first other address."""
    urls = [url for url in tags.get("UR", ()) if url]
    named = {scheme: next(filter(page.fullmatch, urls), "") for scheme, page in _PAGES.items()}
    named["arxiv"] = next(filter(arxiv_in, urls), "")
    return {**named, "url": next((url for url in urls if url not in named.values()), "")}


def _date(tags: Tags) -> str:
    """The most precise of the dates that agree with the year; `2005/07/15/` is the old form."""
    year = first(tags, "PY", "Y1", "DA")
    dates = [first(tags, tag) for tag in ("DA", "PY", "Y1")]
    agreeing = [date for date in dates if date[:4] == year[:4]]
    return max(agreeing, key=_precision, default="").strip("/ ")


def _precision(date: str) -> int:
    return len([part for part in re.split(r"[/-]", date)[:3] if part.strip()])


_DIALECT = Dialect(
    tag=re.compile(r"([A-Z][A-Z0-9])[ \t]{1,3}-[ \t]?(.*)"),
    starts=frozenset({"TY"}),
    ends=frozenset({"ER"}),
    names={
        "title": ("TI", "T1", "BT", "CT", "ST"),
        "abstract": ("AB", "N2"),
        "authors": ("AU", "A1"),
        "venue": ("T2", "JF", "JO", "JA", "J2", "T3"),
        "doi": ("DO",),
        "url": ("UR",),
        "pdf": ("L1",),
        "links": ("L2", "L4"),
        "volume": ("VL", "VO"),
        "number": ("IS",),
        "publisher": ("PB",),
        "language": ("LA",),
        "keywords": ("KW",),
        "key": ("ID",),
        "type": ("TY",),
        "pages": ("SP", "EP"),
        "date": ("PY", "Y1", "DA"),
    },
    derive=_derive,
)


# Programs put a few lines about themselves before the first record.
_BEFORE = re.compile(r"(?:(?![ \t]*[<{\[@\"#]|---)[^\n]*\n){0,20}")


def sniff(head: str) -> float:
    """High when a `TY` line opens a record; a fair guess when most lines are tagged."""
    if found := re.search(r"^\ufeff?TY[ \t]{1,3}-", head, re.MULTILINE):
        # In the middle of a page, a table or a bibliography it is somebody's text.
        return 0.95 if _BEFORE.fullmatch(head, 0, found.start()) else 0.4
    ends = re.search(r"^ER[ \t]{1,3}-", head, re.MULTILINE)
    return 0.7 if ends and share(_TAG, head) > 0.6 else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """An export's text → a record an `ER`; one without an end is read too."""
    return read_tagged(text, _DIALECT, origin)
