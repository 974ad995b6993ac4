"""Paper → a CSL-JSON item (citation-style-language/schema, csl-data.json, 1.0.2)."""

from __future__ import annotations

import json
import re
from html import escape
from operator import attrgetter
from typing import Any

from papershelf.export.keys import citation_key
from papershelf.export.parts import arxiv_name, entry_type, joined, sorted_links
from papershelf.model import Author, Date, Paper

_TYPES = {
    "article": "article-journal", "inproceedings": "paper-conference", "incollection": "chapter",
    "inbook": "chapter", "book": "book", "proceedings": "book", "phdthesis": "thesis",
    "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report",
    "unpublished": "manuscript", "online": "webpage", "dataset": "dataset",
    "software": "software",
}  # fmt: skip
_DETAILS = {
    "volume": "volume", "number": "issue", "pages": "page", "publisher": "publisher",
    "language": "language",
}  # fmt: skip


def write(paper: Paper, permalink: str = "") -> str:
    """The item as one line of JSON."""
    return _encode(item(paper, permalink))


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True).encode


def item(paper: Paper, permalink: str = "") -> dict[str, Any]:
    """The item; only what is known is in it.

    What CSL has no name for stands under `custom`, which is there for that.
    """
    arxiv, key = arxiv_name(paper), citation_key(paper)
    found: dict[str, Any] = {
        "id": key,
        "citation-key": key,
        "type": _TYPES.get(entry_type(paper), "article"),
        "title": text(paper.title.plain),
        "abstract": text(paper.abstract.plain),
        "author": [name(author) for author in paper.authors],
        "container-title": paper.venue,
        "issued": _issued(paper.date or Date()),
        "DOI": paper.identifiers.get("doi", ""),
        "archive": "arXiv" if arxiv else "",
        "archive_location": arxiv,
        "URL": sorted_links(paper).page,
        "keyword": joined(paper.tags),
        **{theirs: paper.details.get(ours, "") for ours, theirs in _DETAILS.items()},
        "custom": _custom(paper, permalink),
    }
    return {key: value for key, value in found.items() if value}


_TAG = re.compile(
    r"</?(?:jats:[a-z-]+|i|b|em|strong|sub|sup|span|p|scp?|br|u|mml:[a-z]+)[\s/>]", re.IGNORECASE
)


def text(plain: str) -> str:
    """Text in which nothing is markup: CSL has a few tags, and processors obey them.

    >>> text("a <b> and <kernel>"), text("<kernel>")
    ('<span class="nocase">a &lt;b&gt; and &lt;kernel&gt;</span>', '<kernel>')
    """
    if not _TAG.search(plain):
        return plain
    return f'<span class="nocase">{escape(plain, quote=False)}</span>'


def _issued(date: Date) -> dict[str, Any]:
    """The date's parts, as far as each is known and the one before it too."""
    parts = []
    for part in (date.year, date.month, date.day):
        if part is None:
            break
        parts.append(part)
    return {"date-parts": [parts]} if parts else {}


def _custom(paper: Paper, permalink: str) -> dict[str, Any]:
    links = sorted_links(paper)
    rest = [link for link in paper.links if link.url != links.page]
    found = {
        "acl": paper.identifiers.get("acl", ""),
        "openreview": paper.identifiers.get("openreview", ""),
        "links": [{"kind": link.kind, "url": link.url} for link in rest],
        "permalink": permalink,
    }
    return {name: value for name, value in found.items() if value}


_NAMES = {
    "family": "family", "given": "given", "particle": "non-dropping-particle",
    "suffix": "suffix", "literal": "literal",
}  # fmt: skip


def name(author: Author) -> dict[str, str]:
    """A person or a group as CSL names it; it has no place for an ORCID iD."""
    return {csl: part for csl, part in zip(_NAMES.values(), _parts(author), strict=True) if part}


_parts = attrgetter(*_NAMES)
