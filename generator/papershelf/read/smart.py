"""SMART: the test collections of information retrieval (Cranfield, CACM, CISI, MED)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.model import Origin, Record
from papershelf.read.tagged import Dialect, Tags, first, one_line, read_tagged
from papershelf.report import Report

SUMMARY = "test collections in SMART's format: Cranfield, CACM, CISI"
SUFFIXES = (".all", ".1400")
EXAMPLE = """.I 1
.T
a shelf of experiments
.A
lee,a.
.B
shelf letters 25, 1958, 324.
.W
a shelf of experiments
how to keep a library .
"""


def _derive(tags: Tags) -> dict[str, object]:
    """The text, without the title that Cranfield repeats at its head; the year of the source."""
    title, text = one_line(first(tags, ".T")), one_line(first(tags, ".W"))
    year = re.search(r"\b(?:18|19|20)\d\d\b", first(tags, ".B"))
    people = (name.strip() for name in re.split(r"\n|\s+and\s+", first(tags, ".A")))
    return {
        "title": title.removesuffix(" ."),
        "abstract": text.removeprefix(title).strip(),
        "authors": [name for name in people if name],
        "date": year[0] if year else "",
    }


_DIALECT = Dialect(
    tag=re.compile(r"(\.[A-Z])(?: (.*)|()$)"),
    starts=frozenset({".I"}),
    names={"title": (".T",), "abstract": (".W",), "authors": (".A",), "venue": (".B",),
           "keywords": (".K",), "key": (".I",), "date": (".B",)},
    derive=_derive,
)  # fmt: skip


def sniff(head: str) -> float:
    """0.95 for a numbered record with a title or a text below it."""
    return 0.95 if re.match(r"\ufeff?\s*\.I \d+\n\.[A-Z]\s", head) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A collection → a record a `.I`."""
    return read_tagged(text, _DIALECT, origin)
