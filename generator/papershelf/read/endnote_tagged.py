"""EndNote's tagged format (`%T title`, `%A author`), also called Refer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.model import Origin, Record
from papershelf.read.tagged import Dialect, read_tagged, share
from papershelf.report import Report

SUMMARY = "EndNote and Refer tagged exports (.enw)"
SUFFIXES = (".enw", ".refer")
EXAMPLE = """%0 Journal Article
%T A shelf of tags
%A Lee, Ada
%D 2021
%X How to keep a library.
"""

_TAG = re.compile(r"(%[A-Z0-9@!#$&(*+<>?\[\]^~=])(?: (.*)|()$)")
_DIALECT = Dialect(
    tag=_TAG,
    starts=frozenset({"%0"}),
    blank_ends=True,
    names={
        "title": ("%T",),
        "abstract": ("%X",),
        "authors": ("%A", "%E"),
        "date": ("%D", "%8"),
        "venue": ("%J", "%B"),
        "doi": ("%R",),
        "url": ("%U",),
        "pages": ("%P",),
        "volume": ("%V",),
        "number": ("%N",),
        "publisher": ("%I",),
        "language": ("%G",),
        "keywords": ("%K",),
        "key": ("%F", "%M"),
        "type": ("%0",),
    },
)


def sniff(head: str) -> float:
    """High when nearly all lines open with a percent sign and a letter."""
    return 0.9 if share(_TAG, head) > 0.6 else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """An export's text → a record a `%0`, or a run of lines."""
    return read_tagged(text, _DIALECT, origin)
