"""ISI: the field-tagged export of Web of Science (`PT J`, `TI …`, `ER`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from papershelf.model import Origin, Record
from papershelf.read.tagged import Dialect, Tags, first, one_line, page_range, read_tagged
from papershelf.report import Report

SUMMARY = "Field-tagged exports of Web of Science (.isi, .ciw)"
SUFFIXES = (".isi", ".ciw")
EXAMPLE = """FN ISI Export Format
VR 1.0
PT J
TI A shelf of science
AU Lee, A
   van der Berg, B
SO Shelf Letters
PY 2021
AB How to keep a library.
ER
EF
"""


def _derive(tags: Tags) -> dict[str, Any]:
    """Names and keywords stand on a line each, or behind semicolons; `PD` may give the month."""
    names = first(tags, "AF", "AU").split("\n")
    words = re.split(r"[;\n]", first(tags, "DE", "ID"))
    return {
        "title": one_line(first(tags, "TI")),
        "authors": [name.strip() for name in names if name.strip()],
        "keywords": [one_line(word) for word in words if word.strip()],
        "pages": page_range(tags, "BP", "EP"),
    }


_DIALECT = Dialect(
    tag=re.compile(r"([A-Z][A-Z0-9])(?:[ ](.*)|()$)"),
    starts=frozenset({"PT", "FN"}),
    ends=frozenset({"ER", "EF"}),
    names={
        "title": ("TI",),
        "abstract": ("AB",),
        "authors": ("AF", "AU"),
        "date": ("PY",),
        "venue": ("SO", "JI"),
        "doi": ("DI",),
        "volume": ("VL",),
        "number": ("IS",),
        "pages": ("BP", "EP"),
        "publisher": ("PU",),
        "language": ("LA",),
        "keywords": ("DE", "ID"),
        "key": ("UT",),
        "type": ("PT", "FN", "VR"),
    },
    derive=_derive,
)


def sniff(head: str) -> float:
    """High when the file names itself an ISI export, or has its opening and closing tags."""
    if re.match(r"\ufeff?\s*FN (?:ISI|Thomson|Clarivate)", head):
        return 0.95
    opens = re.search(r"^PT [A-Z]$", head, re.MULTILINE)
    return 0.9 if opens and re.search(r"^(?:TI|AU) ", head, re.MULTILINE) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """An export's text → a record a `PT`; the file's own header is none."""
    return read_tagged(_HEADER.sub("", text), _DIALECT, origin)


# The header's lines are emptied, not cut, so that line numbers hold.
_HEADER = re.compile(r"^(?:FN|VR) .*$", re.MULTILINE)
