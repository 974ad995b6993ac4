"""RIS: `TY  - JOUR` … `ER  - `, as reference managers and publishers export it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from papershelf.model import Origin, Record
from papershelf.read.tagged import Dialect, Tags, find_doi, first, page_range, read_tagged, share
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
    """Pages, date and DOI, which RIS scatters over several tags."""
    doi = first(tags, "DO", "DI")
    notes = [value for tag in ("N1", "M3", "UR", "M1") for value in tags.get(tag, ())]
    return {
        "pages": page_range(tags, "SP", "EP"),
        "date": _date(tags),
        "doi": doi or find_doi(notes),
        "authors": _people(tags),
    }


def _date(tags: Tags) -> str:
    """The most precise of the dates that agree with the year; `2005/07/15/` is the old form."""
    year = first(tags, "PY", "Y1", "DA")
    dates = [first(tags, tag) for tag in ("DA", "PY", "Y1")]
    agreeing = [date for date in dates if date[:4] == year[:4]]
    return max(agreeing, key=_precision, default="").strip("/ ")


def _precision(date: str) -> int:
    return len([part for part in re.split(r"[/-]", date)[:3] if part.strip()])


def _people(tags: Tags) -> list[str]:
    """The authors; editors stand in where a volume has none."""
    return next(
        (
            [name for name in tags[tag] if name]
            for tag in ("AU", "A1", "ED", "A2", "A3")
            if any(tags.get(tag, ()))
        ),
        [],
    )


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


def sniff(head: str) -> float:
    """High when a `TY` line opens a record; a fair guess when most lines are tagged."""
    if re.search(r"^\ufeff?TY[ \t]{1,3}-", head, re.MULTILINE):
        return 0.95
    return (
        0.7 if share(_TAG, head) > 0.6 and re.search(r"^ER[ \t]{1,3}-", head, re.MULTILINE) else 0.0
    )


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """An export's text → a record an `ER`; one without an end is read too."""
    return read_tagged(text, _DIALECT, origin)
