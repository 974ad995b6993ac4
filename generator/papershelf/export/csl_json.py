"""Paper → a CSL-JSON item (citation-style-language/schema, csl-data.json)."""

from __future__ import annotations

import json
from typing import Any

from papershelf.export.bibtex import entry_type
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
    "language": "language", "key": "citation-key",
}  # fmt: skip


def write(paper: Paper) -> str:
    """The item as one line of JSON."""
    return json.dumps(item(paper), ensure_ascii=False, sort_keys=True)


def item(paper: Paper) -> dict[str, Any]:
    """The item; only what is known is in it."""
    found: dict[str, Any] = {
        "id": paper.details.get("key") or paper.id,
        "type": _TYPES.get(entry_type(paper), "article"),
        "title": paper.title.plain,
        "abstract": paper.abstract.plain,
        "author": [name(author) for author in paper.authors],
        "container-title": paper.venue,
        "DOI": paper.identifiers.get("doi", ""),
        "URL": _url(paper),
        "keyword": ", ".join(paper.tags),
        **{theirs: paper.details.get(ours, "") for ours, theirs in _DETAILS.items()},
    }
    if paper.date and paper.date.year:
        found["issued"] = {"date-parts": [_date_parts(paper.date)]}
    if arxiv := paper.identifiers.get("arxiv"):
        found["number"] = f"arXiv:{arxiv}"
    return {key: value for key, value in found.items() if value}


def _url(paper: Paper) -> str:
    return paper.links[0].url if paper.links else ""


def _date_parts(date: Date) -> list[int]:
    """Year, month, day, as far as each is known and the one before it too."""
    parts = []
    for part in (date.year, date.month, date.day):
        if part is None:
            break
        parts.append(part)
    return parts


_NAMES = {
    "family": "family", "given": "given", "particle": "non-dropping-particle",
    "suffix": "suffix", "literal": "literal", "orcid": "ORCID",
}  # fmt: skip


def name(author: Author) -> dict[str, str]:
    """A person or a group as CSL names it."""
    return {csl: value for ours, csl in _NAMES.items() if (value := getattr(author, ours))}
