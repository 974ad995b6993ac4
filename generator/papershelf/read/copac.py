"""Copac: the tagged export of British and Irish libraries (`TI- …`), now Jisc Library Hub."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.model import Origin, Record
from papershelf.read.tagged import Dialect, read_tagged, share
from papershelf.report import Report

SUMMARY = "tagged exports of Copac, the catalogue of British and Irish libraries"
SUFFIXES = (".txt",)
EXAMPLE = """TI- A shelf of catalogues
AU- Lee, Ada
PU- London : Shelf Press
PY- 2021
KW- Libraries
"""

_TAG = re.compile(r"(TI|AU|ED|SE|PU|PY|PD|IS|NT|KW|HL|DT|AB|ST|UT|CP|MT)- (.*)")
_DIALECT = Dialect(
    tag=_TAG,
    starts=frozenset({"TI"}),
    blank_ends=True,
    names={
        "title": ("TI",),
        "abstract": ("AB",),
        "authors": ("AU", "ED"),
        "date": ("PY",),
        "publisher": ("PU",),
        "keywords": ("KW",),
        "type": ("DT",),
    },
)


def sniff(head: str) -> float:
    """0.9 when most lines are tagged so, and one of them is a title."""
    titled = re.search(r"^TI- \S", head, re.MULTILINE)
    return 0.9 if titled and share(_TAG, head) > 0.5 else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """An export → a record a `TI`, or a run of lines."""
    return read_tagged(text, _DIALECT, origin)
