"""A trending-papers page pasted, mailed or scraped as text: any layout of it.

The plain layouts alternate titles and abstracts (`plain`); the linked ones carry addresses,
author counts, votes and dates (`linked`). Both label their lines, and `assemble` makes
records of labelled lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from papershelf.model import Origin, Record
from papershelf.read.listing.assemble import assemble
from papershelf.read.listing.linked import has_links, label_linked
from papershelf.read.listing.marks import is_header_mark
from papershelf.read.listing.plain import alternates, label_plain
from papershelf.report import Report

SUMMARY = "a page of trending papers, pasted or saved as text or Markdown"

SUFFIXES = (".txt", ".md", ".text")

EXAMPLE = """\
Get trending papers in your email inbox!

Subscribe

Mar 14

A Title on a Line of Its Own

The abstract stands below it, on one line, however long. The next title comes after it.
"""


def sniff(head: str) -> float:
    """0.95 for the page's own words, 0.3 for mere alternation of titles and abstracts."""
    if head.lstrip("\ufeff \t\n")[:1] in {"{", "<", "@", "%"}:
        return 0.0
    if any(is_header_mark(line) for line in head.split("\n")):
        return 0.95
    if has_links(head):
        return 0.6
    return 0.3 if alternates(head) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """The records of a page, in its order; `listed` is the page's date, as it stands there."""
    label = label_linked if has_links(text) else label_plain
    return assemble(label(text), origin, report)
