"""What several formats ask of a paper: its type, its links sorted, its names in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TypeVar
from urllib.parse import urlsplit

from papershelf.model import Author, Link, Paper
from papershelf.prose import in_one_line

_TYPES = frozenset(
    "article book inbook incollection inproceedings proceedings manual mastersthesis phdthesis "
    "misc techreport unpublished online report thesis dataset software".split()
)
# As RIS, CSL, Crossref and their kin call them.
_BIBTEX_TYPES = {
    "journal-article": "article", "article-journal": "article", "journal article": "article",
    "jour": "article", "paper-conference": "inproceedings", "conf": "inproceedings",
    "cpaper": "inproceedings", "conference": "inproceedings",
    "proceedings-article": "inproceedings", "conference paper": "inproceedings",
    "chapter": "incollection", "chap": "incollection", "book-chapter": "incollection",
    "rprt": "techreport", "thes": "phdthesis", "unpb": "unpublished",
    "manuscript": "unpublished", "elec": "online", "webpage": "online", "data": "dataset",
    "comp": "software", "preprint": "misc", "gen": "misc", "document": "misc",
}  # fmt: skip
_CONFERENCE = re.compile(r"\b(proceedings|conference|workshop|symposium|meeting)\b", re.IGNORECASE)


R = TypeVar("R")


def of_last(function: Callable[[Paper], R]) -> Callable[[Paper], R]:
    """The same function, which knows its answer for the paper that it was asked of last.

    Each format, and each part of a page, asks the same of a paper, one after the other.
    """
    last: tuple[Paper, R] | None = None

    @wraps(function)
    def answer(paper: Paper) -> R:
        nonlocal last
        known = last  # by a name of its own: another thread may ask too
        if known is None or known[0] is not paper:
            known = last = paper, function(paper)
        return known[1]

    return answer


@of_last
def entry_type(paper: Paper) -> str:
    """The type as BibTeX names it: the source's own, else what the venue suggests."""
    given = paper.details.get("type", "").lower()
    given = _BIBTEX_TYPES.get(given, given)
    if given in _TYPES:
        return given
    if not paper.venue:
        return "misc"
    return "inproceedings" if _CONFERENCE.search(paper.venue) else "article"


_LANDING_PAGES = {
    "arxiv": "https://arxiv.org/abs/{}",
    "acl": "https://aclanthology.org/{}/",
    "openreview": "https://openreview.net/forum?id={}",
}
_NAMING_HOSTS = ("arxiv.org", "doi.org", "aclanthology.org", "openreview.net")


@of_last
def landing_pages(paper: Paper) -> list[str]:
    """The addresses that identifiers lead to, but for a DOI, which every format has a place for."""
    known = {**paper.identifiers, "arxiv": arxiv_name(paper)}
    return [
        address.format(known[scheme])
        for scheme, address in _LANDING_PAGES.items()
        if known.get(scheme)
    ]


def arxiv_name(paper: Paper) -> str:
    """The arXiv id with its version, where it is known: `1706.03762v5`."""
    name, version = paper.identifiers.get("arxiv", ""), paper.extra.get("arxiv_version")
    return f"{name}v{version}" if name and version else name


@dataclass(frozen=True, slots=True)
class Links:
    """A paper's links, for formats with one place for its page and one for its PDF.

    `rest` are those that found no such place.
    """

    page: str
    pdf: str
    rest: tuple[Link, ...]


@of_last
def sorted_links(paper: Paper) -> Links:
    """A paper's links by what they are for.

    What stands as a paper's page is read as the paper's own. So no address may stand there
    that the text only mentions, nor one that names a paper: it may name another one.
    """
    free = [link for link in paper.links if not _names_a_paper(link.url)]
    pages = (link for link in free if link.kind == "reference")
    page = next((link for link in pages if not _is_mentioned(link.url, paper)), None)
    pdf = next((link for link in free if link.kind == "pdf"), None)
    rest = tuple(link for link in paper.links if link not in (page, pdf))
    return Links(page.url if page else "", pdf.url if pdf else "", rest)


def _is_mentioned(address: str, paper: Paper) -> bool:
    spans = (*paper.title.spans, *paper.abstract.spans)
    return any(span.kind == "link" and span.text == address for span in spans)


@lru_cache(1 << 15)  # every format asks of every link
def _names_a_paper(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return any(host == name or host.endswith(f".{name}") for name in _NAMING_HOSTS)


@lru_cache(1 << 16)
def inverted(author: Author) -> str:
    """`van der Berg, Bo, Jr.`; a group as it is. No braces: these are for who holds a group."""
    family = " ".join(part for part in (author.particle, author.family) if part)
    parts = (family, author.given, author.suffix)
    name = author.literal or ", ".join(part for part in parts if part)
    return in_one_line(name.replace("{", " ").replace("}", " "))


def joined(tags: Iterable[str]) -> str:
    """Keywords in one text, parted by commas, or by semicolons where one holds a comma.

    >>> joined(["a", "b"]), joined(["a, b", "c"]), joined(["a, b"])
    ('a, b', 'a, b; c', 'a, b;')
    """
    tags = list(tags)
    if not any("," in tag for tag in tags):
        return ", ".join(tags)
    return "; ".join(tags) + (";" if len(tags) == 1 else "")
