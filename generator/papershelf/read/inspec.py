"""INSPEC: tagged exports of the physics and engineering index (`TI ~ …`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.model import Origin, Record
from papershelf.read.tagged import Dialect, Tags, first, read_tagged
from papershelf.report import Report

SUMMARY = "tagged exports of INSPEC"
SUFFIXES = (".txt", ".inspec")
EXAMPLE = """Record 1 of 1 - INSPEC 2021

TI ~ A shelf of circuits
AU ~ Lee, Ada; van der Berg, Bo
SO ~ Shelf Letters. 2021; 1: 20
PY ~ 2021
AB ~ How to keep a library.
"""

_TAG = re.compile(r"([A-Z]{2}) ~ (.*)")


def _derive(tags: Tags) -> dict[str, object]:
    """Names stand behind semicolons; the source begins with the journal's name."""
    names = [name.strip() for name in re.split(r"[;\n]", first(tags, "AU"))]
    venue = re.split(r"\.\s|\s\(|,\s", first(tags, "SO"), maxsplit=1)[0]
    return {"authors": [name for name in names if name], "venue": "" if venue.isdigit() else venue}


_DIALECT = Dialect(
    tag=_TAG,
    starts=frozenset({"TI"}),
    blank_ends=True,
    names={
        "title": ("TI",),
        "abstract": ("AB",),
        "authors": ("AU",),
        "date": ("PY",),
        "publisher": ("PU",),
        "language": ("LA",),
        "key": ("ID",),
        "type": ("RT",),
    },
    derive=_derive,
)


def sniff(head: str) -> float:
    """0.95 when INSPEC names itself and a title follows, 0.8 for the titles alone."""
    if not re.search(r"^TI ~ \S", head, re.MULTILINE):
        return 0.0
    return 0.95 if "INSPEC" in head[:2000] else 0.8


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """An export → a record a `TI`."""
    return read_tagged(text, _DIALECT, origin)
