"""Paper → an RIS record. A value is one line: a line break would end it."""

from __future__ import annotations

from collections.abc import Iterator

from papershelf.export.bibtex import entry_type
from papershelf.model import Author, Paper

_TYPES = {
    "article": "JOUR", "inproceedings": "CPAPER", "incollection": "CHAP", "inbook": "CHAP",
    "book": "BOOK", "proceedings": "CONF", "phdthesis": "THES", "mastersthesis": "THES",
    "thesis": "THES", "techreport": "RPRT", "report": "RPRT", "unpublished": "UNPB",
    "online": "ELEC", "dataset": "DATA", "software": "COMP",
}  # fmt: skip


def write(paper: Paper) -> str:
    """The record, from `TY` to `ER`; each paragraph of the abstract has an `AB` of its own."""
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in _lines(paper) if value]
    return "\n".join([*lines, "ER  - "]) + "\n"


def _lines(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES.get(entry_type(paper), "GEN")
    yield "TI", paper.title.plain
    for author in paper.authors:
        yield "AU", _author(author)
    if paper.date and paper.date.year:
        yield "PY", str(paper.date.year)
        yield "DA", str(paper.date).replace("-", "/")
    yield "T2", paper.venue
    for tag, name in (("VL", "volume"), ("IS", "number"), ("PB", "publisher"), ("LA", "language")):
        yield tag, paper.details.get(name, "")
    yield from _pages(paper.details.get("pages", ""))
    yield "DO", paper.identifiers.get("doi", "")
    yield from _links(paper)
    for tag in paper.tags:
        yield "KW", tag
    for paragraph in paper.abstract.paragraphs():
        yield "AB", paragraph.plain
    yield "ID", paper.details.get("key", "")


def _pages(pages: str) -> Iterator[tuple[str, str]]:
    start, _, end = pages.replace("--", "-").replace("–", "-").partition("-")
    yield "SP", start
    yield "EP", end


def _links(paper: Paper) -> Iterator[tuple[str, str]]:
    """Addresses; first that of arXiv, which has no tag of its own in RIS."""
    if arxiv := paper.identifiers.get("arxiv"):
        yield "UR", f"https://arxiv.org/abs/{arxiv}"
    for link in paper.links:
        yield ("L1" if link.kind == "pdf" else "UR"), link.url


def _author(author: Author) -> str:
    family = " ".join(part for part in (author.particle, author.family) if part)
    parts = (author.literal or family, author.given, author.suffix)
    return ", ".join(part for part in parts if part)
