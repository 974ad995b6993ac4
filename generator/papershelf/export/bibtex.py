"""Paper → a BibTeX entry in UTF-8, for biber and for any BibTeX of this century."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from papershelf.identity import slug
from papershelf.model import Author, Paper
from papershelf.prose import Prose

_TYPES = frozenset(
    "article book inbook incollection inproceedings proceedings manual mastersthesis phdthesis "
    "misc techreport unpublished online report thesis dataset software".split()
)
_OURS = {
    "journal-article": "article", "article-journal": "article", "jour": "article",
    "paper-conference": "inproceedings", "conf": "inproceedings", "cpaper": "inproceedings",
    "chapter": "incollection", "chap": "incollection", "rprt": "techreport",
    "thes": "phdthesis", "preprint": "misc", "conference": "inproceedings",
}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_CONFERENCE = re.compile(r"\b(proceedings|conference|workshop|symposium|meeting)\b", re.IGNORECASE)


def write(paper: Paper) -> str:
    """The entry, a field a line."""
    fields = ",\n".join(f"  {name} = {value}" for name, value in _fields(paper))
    return f"@{entry_type(paper)}{{{citation_key(paper)},\n{fields}\n}}\n"


def entry_type(paper: Paper) -> str:
    """The source's own type where BibTeX knows it, else what the venue suggests."""
    given = paper.details.get("type", "").lower()
    given = _OURS.get(given, given)
    if given in _TYPES:
        return given
    if not paper.venue:
        return "misc"
    return "inproceedings" if _CONFERENCE.search(paper.venue) else "article"


def citation_key(paper: Paper) -> str:
    """The source's key, else family name, year and first word of the title: `lee2021shelf`."""
    given = re.sub(r"[^\w:.+/-]", "", paper.details.get("key", ""))
    if given:
        return given
    first = paper.authors[0] if paper.authors else Author()
    name = slug(first.family or first.literal, "anon").replace("-", "")
    year = str(paper.date.year) if paper.date and paper.date.year else ""
    return f"{name}{year}{_first_word(paper.title.plain)}"


_SMALL_WORDS = frozenset("a an the on of in for to and with towards toward via is are".split())


def _first_word(title: str) -> str:
    words = slug(title, "paper").split("-")
    return next((word for word in words if word not in _SMALL_WORDS), words[0])


def with_key(paper: Paper, key: str) -> Paper:
    """The paper, to be cited under a key."""
    return replace(paper, details={**paper.details, "key": key})


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{paper.title.bibtex()}}}"
    if paper.authors:
        yield "author", f"{{{' and '.join(map(author_name, paper.authors))}}}"
    if paper.venue:
        name = "booktitle" if entry_type(paper).startswith("in") else "journal"
        yield name, _braced(paper.venue)
    yield from _date(paper)
    for name in ("volume", "number", "pages", "publisher", "language"):
        if paper.details.get(name):
            yield name, _braced(paper.details[name])
    yield from _identifiers(paper)
    if paper.links:
        yield "url", f"{{{paper.links[0].url}}}"
    if paper.tags:
        yield "keywords", _braced(", ".join(paper.tags))
    if paper.abstract:
        yield "abstract", f"{{{paper.abstract.latex()}}}"


def _date(paper: Paper) -> Iterator[tuple[str, str]]:
    date = paper.date
    if date is None:
        return
    if date.year:
        yield "year", f"{{{date.year}}}"
    if date.month:
        yield "month", _MONTHS[date.month - 1]
    if date.day:
        yield "day", f"{{{date.day}}}"


def _identifiers(paper: Paper) -> Iterator[tuple[str, str]]:
    if doi := paper.identifiers.get("doi"):
        yield "doi", _braced(doi)
    if arxiv := paper.identifiers.get("arxiv"):
        yield "eprint", _braced(arxiv)
        yield "archiveprefix", "{arXiv}"


def _braced(text: str) -> str:
    return f"{{{Prose.of(text).latex()}}}"


def author_name(author: Author) -> str:
    """`van der Berg, Jr., Bo`; a group stands in braces of its own."""
    if author.literal:
        return f"{{{Prose.of(author.literal).latex()}}}"
    family = " ".join(part for part in (author.particle, author.family) if part)
    parts = [family, author.suffix, author.given]
    return ", ".join(Prose.of(part).latex() for part in parts if part)
