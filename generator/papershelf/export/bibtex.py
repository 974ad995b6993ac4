r"""Paper → a BibTeX entry in UTF-8, for biber and for any BibTeX of this century.

Fields that no style knows (`code`, `data`, `acl`, …) are passed over by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from papershelf.export.keys import citation_key
from papershelf.export.parts import arxiv_name, entry_type, joined, sorted_links
from papershelf.model import Author, Date, Paper
from papershelf.prose import Prose, text_latex

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_VENUES = {
    "inproceedings": "booktitle", "incollection": "booktitle", "inbook": "booktitle",
    "phdthesis": "school", "mastersthesis": "school", "thesis": "school",
    "techreport": "institution", "report": "institution",
}  # fmt: skip
# The parts of a name are told by commas, lists by `and`; braces hold them together.
_PARTING = re.compile(r"[,;]|(?:^|\s)and(?:\s|$)", re.IGNORECASE)
# Where a parser may think that an entry begins.
_ENTRY_LIKE = re.compile(r"@(?=\w*\s*[{(])|^@", re.MULTILINE)


def write(paper: Paper, permalink: str = "") -> str:
    """The entry, a field a line."""
    known = [*_fields(paper), ("permalink", _verbatim(permalink))]
    fields = ",\n".join(f"  {name} = {value}" for name, value in known if value != "{}")
    return f"@{entry_type(paper)}{{{citation_key(paper)},\n{fields}\n}}\n"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "title", _braced(paper.title.bibtex())
    if paper.authors:
        yield "author", _braced(" and ".join(map(author_name, paper.authors)))
    if paper.venue:
        yield _VENUES.get(entry_type(paper), "journal"), _text(paper.venue)
    yield from _date(paper.date or Date())
    for name in ("volume", "number", "pages", "publisher", "language"):
        if paper.details.get(name):
            yield name, _text(paper.details[name]).replace("–", "--")
    yield from _identifiers(paper)
    yield from _links(paper)
    if paper.tags:
        yield "keywords", _text(joined(paper.tags))
    if paper.abstract:
        yield "abstract", _braced(paper.abstract.latex())


def _text(text: str) -> str:
    return _braced(_latex(text))


def _braced(value: str) -> str:
    return f"{{{_ENTRY_LIKE.sub('{@}', value) if '@' in value else value}}}"


def _date(date: Date) -> Iterator[tuple[str, str]]:
    if date.year:
        yield "year", f"{{{date.year}}}"
        if date.month and date.month <= len(_MONTHS):
            yield "month", _MONTHS[date.month - 1]
        if date.day:
            yield "day", f"{{{date.day}}}"


def _identifiers(paper: Paper) -> Iterator[tuple[str, str]]:
    if doi := paper.identifiers.get("doi"):
        yield "doi", _verbatim(doi)
    if arxiv := arxiv_name(paper):
        yield "eprint", _verbatim(arxiv)
        yield "archiveprefix", "{arXiv}"
    for scheme in ("acl", "openreview"):
        if scheme in paper.identifiers:
            yield scheme, _verbatim(paper.identifiers[scheme])


def _verbatim(address: str) -> str:
    """An address or identifier, which biblatex reads as it stands; braces would not balance."""
    return f"{{{address.replace('{', '%7B').replace('}', '%7D')}}}"


def _links(paper: Paper) -> Iterator[tuple[str, str]]:
    """The paper's page and PDF; the others under their kind, the second of one as `code-2`."""
    found = sorted_links(paper)
    if found.page:
        yield "url", _verbatim(found.page)
    if found.pdf:
        yield "pdf", _verbatim(found.pdf)
    count = {"pdf": 1}  # the first place is for the paper's own
    for link in found.rest:
        count[link.kind] = count.get(link.kind, 0) + 1
        number = f"-{count[link.kind]}" if count[link.kind] > 1 else ""
        yield f"{link.kind}{number}", _verbatim(link.url)


@lru_cache(1 << 16)  # the authors of 15,000 papers: 20 MB, or each is written three times
def author_name(author: Author) -> str:
    """`van der Berg, Jr., Bo`; a group stands in braces of its own.

    What the commas of BibTeX cannot tell, such as a family name that begins with a small
    letter, is told by biblatex's `family={…}`.

    >>> author_name(Author("Berg", "Bo", "van der")), author_name(Author(literal="A, B and C"))
    ('van der Berg, Bo', '{A, B and C}')
    >>> author_name(Author("de silva"))
    'family={de silva}'
    """
    if author.literal:
        return f"{{{_latex(author.literal)}}}"
    if not _fits_commas(author):
        return ", ".join(f"{key}={{{_latex(part)}}}" for key, part in _named_parts(author))
    family = " ".join([author.particle, *map(_protected, author.family.split())]).strip()
    # A single author's `Ph. D.` between commas would pass for a person.
    parts = (family, _held(author.suffix, " " in author.suffix), _held(author.given))
    return ", ".join(part for part in parts if part)


def _fits_commas(author: Author) -> bool:
    """Whether a name's parts are the same when commas and small letters tell them."""
    if not author.given:
        lone = author.family.split() == [author.family] and not (author.particle or author.suffix)
        return lone and not _PARTING.search(author.family)
    parting = _PARTING.search(f"{author.particle} {author.family}")
    particles = author.particle.split()
    small_ends = not particles or particles[-1][:1].islower()
    return bool(author.family and small_ends and not parting and particles == _plain(particles))


def _plain(words: list[str]) -> list[str]:
    """Those of the words that LaTeX has no escapes for."""
    return [word for word in words if _latex(word) == word]


def _named_parts(author: Author) -> Iterator[tuple[str, str]]:
    names = {"family": author.family, "given": author.given,
             "prefix": author.particle, "suffix": author.suffix}  # fmt: skip
    return ((name, part) for name, part in names.items() if part)


def _protected(word: str) -> str:
    """A word of a family name; one with a small letter is no particle when it is in braces."""
    return f"{{{_latex(word)}}}" if word[:1].islower() else _latex(word)


def _held(part: str, together: bool = False) -> str:
    """A part of a name, in braces where a comma, a semicolon or an `and` would cut it."""
    return f"{{{_latex(part)}}}" if together or _PARTING.search(part) else _latex(part)


def _latex(text: str) -> str:
    return Prose.of(text).latex() if "\n" in text else text_latex(text.strip())
