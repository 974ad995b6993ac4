"""Paper → a line of JSON: all that is known of it, in our own names. Nothing is lost."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from papershelf.model import Author, Paper
from papershelf.prose import Prose


def write(paper: Paper) -> str:
    """The paper as one line of JSON with its line end."""
    return json.dumps(as_dict(paper), ensure_ascii=False) + "\n"


def as_dict(paper: Paper) -> dict[str, Any]:
    """The paper's fields under the names that the JSONL reader knows; empty ones left out."""
    found: dict[str, Any] = {
        "id": paper.id,
        "title": _source(paper.title),
        "abstract": _source(paper.abstract),
        "authors": [_author(author) for author in paper.authors],
        "date": str(paper.date) if paper.date and paper.date.year else "",
        "venue": paper.venue,
        **paper.identifiers,
        "links": [asdict(link) for link in paper.links],
        "keywords": list(paper.tags),
        **paper.details,
    }
    return {name: value for name, value in found.items() if value}


def _source(prose: Prose) -> str:
    """The text with its formulas between dollars, so that they are formulas again when read."""
    return "".join(
        f"${span.text}$" if span.kind == "math" else Prose((span,)).plain for span in prose.spans
    )


def _author(author: Author) -> dict[str, str]:
    return {name: value for name, value in asdict(author).items() if value}
