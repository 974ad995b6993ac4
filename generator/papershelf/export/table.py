"""Paper → a row of CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io

from papershelf.model import Author, Paper

COLUMNS = (
    "id", "title", "authors", "date", "venue", "doi", "arxiv", "url", "code", "keywords",
    "abstract",
)  # fmt: skip
HEAD = ",".join(COLUMNS) + "\r\n"
_LIST = "; "


def write(paper: Paper) -> str:
    """The row with its line end; lists are joined by `; `."""
    row = io.StringIO()
    csv.writer(row).writerow([_inert(value) for value in _values(paper)])
    return row.getvalue()


def _values(paper: Paper) -> tuple[str, ...]:
    links = {link.kind: link.url for link in reversed(paper.links)}
    return (
        paper.id,
        paper.title.plain,
        _LIST.join(_author(author) for author in paper.authors),
        str(paper.date) if paper.date and paper.date.year else "",
        paper.venue,
        paper.identifiers.get("doi", ""),
        paper.identifiers.get("arxiv", ""),
        next((link.url for link in paper.links if link.kind != "code"), ""),
        links.get("code", ""),
        _LIST.join(paper.tags),
        paper.abstract.plain,
    )


def _author(author: Author) -> str:
    family = " ".join(part for part in (author.particle, author.family) if part)
    return author.literal or ", ".join(p for p in (family, author.given, author.suffix) if p)


def _inert(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before `=`, `+`, `-`, `@`.

    The apostrophe is what spreadsheets themselves write for "this is text" (OWASP, CSV
    injection); the CSV reader takes it off again.

    >>> _inert("=1+1"), _inert("-- dash"), _inert("3D")
    ("'=1+1", "'-- dash", '3D')
    """
    return f"'{value}" if value[:1] in "=+-@\t\r" and value else value
