"""Paper → an RIS record. A value is one line: a line break would end it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.export.parts import entry_type, inverted, landing_pages, sorted_links
from papershelf.model import Author, Date, Paper
from papershelf.prose import in_one_line

_TYPES = {
    "article": "JOUR", "inproceedings": "CPAPER", "incollection": "CHAP", "inbook": "CHAP",
    "book": "BOOK", "proceedings": "CONF", "phdthesis": "THES", "mastersthesis": "THES",
    "thesis": "THES", "techreport": "RPRT", "report": "RPRT", "unpublished": "UNPB",
    "online": "ELEC", "dataset": "DATA", "software": "COMP",
}  # fmt: skip


def write(paper: Paper, permalink: str = "") -> str:
    """The record, from `TY` to `ER`; it has no place for a permalink."""
    lines = [f"{tag}  - {in_one_line(value)}" for tag, value in _lines(paper) if value]
    return "\n".join([*lines, "ER  - "]) + "\n"


def _lines(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES.get(entry_type(paper), "GEN")
    yield "TI", paper.title.plain
    for author in paper.authors:
        yield "AU", _author(author)
    yield from _date(paper.date or Date())
    yield "T2", paper.venue
    for tag, name in (("VL", "volume"), ("IS", "number"), ("PB", "publisher"), ("LA", "language")):
        yield tag, paper.details.get(name, "")
    yield from _pages(paper.details.get("pages", ""))
    yield "DO", paper.identifiers.get("doi", "")
    yield from _links(paper)
    for tag in paper.tags:
        yield "KW", tag
    yield "AB", paper.abstract.plain
    yield "ID", paper.details.get("key", "")


def _author(author: Author) -> str:
    """A person as `Family, Given`; a group with a comma at its end, as EndNote has it."""
    name = inverted(author)
    if not author.literal:
        return name
    return f"{{{name}}}" if "," in name else f"{name},"


def _date(date: Date) -> Iterator[tuple[str, str]]:
    if date.year:
        yield "PY", str(date.year)
        yield "DA", str(date).replace("-", "/")


_RANGE = re.compile(r"([A-Za-z]?\d+)–([A-Za-z]?\d+)")


def _pages(pages: str) -> Iterator[tuple[str, str]]:
    """First and last page; what is no such range stands as a whole where the first would."""
    ends = _RANGE.fullmatch(pages)
    if ends and ends[1] != ends[2]:
        yield "SP", ends[1]
        yield "EP", ends[2]
    else:
        yield "SP", pages


def _links(paper: Paper) -> Iterator[tuple[str, str]]:
    """Addresses: first the pages that identifiers lead to, which have no tag of their own."""
    found = sorted_links(paper)
    for page in landing_pages(paper):
        yield "UR", page
    yield "UR", found.page
    yield "L1", found.pdf
    for link in found.rest:
        yield "L2", link.url
