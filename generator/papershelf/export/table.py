"""Paper → a row of CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
import re

from papershelf.export.parts import arxiv_name, inverted, sorted_links
from papershelf.model import Author, Paper

COLUMNS = (
    "id", "title", "authors", "date", "venue", "volume", "number", "pages", "publisher",
    "language", "type", "key", "doi", "arxiv", "acl", "openreview", "url", "pdf", "links",
    "keywords", "abstract", "permalink",
)  # fmt: skip
HEAD = ",".join(COLUMNS) + "\r\n"
_LIST = "; "


def write(paper: Paper, permalink: str = "") -> str:
    """The row with its line end; lists are joined by `; `."""
    row = io.StringIO()
    known = {**_known(paper), "permalink": permalink}
    values = [known.get(name, "") for name in COLUMNS]
    csv.writer(row).writerow([value and _inert(value) for value in values])
    return row.getvalue()


def _known(paper: Paper) -> dict[str, str]:
    links = sorted_links(paper)
    return {
        **paper.details,
        **paper.identifiers,
        "arxiv": arxiv_name(paper),
        "id": paper.id,
        "title": paper.title.plain,
        "authors": _listed([_author(author) for author in paper.authors]),
        "date": str(paper.date or ""),
        "venue": paper.venue,
        "url": links.page,
        "pdf": links.pdf,
        "links": _LIST.join(f"{link.kind} {link.url}" for link in links.rest),
        "keywords": _listed(list(paper.tags)),
        "abstract": paper.abstract.plain,
    }


def _listed(values: list[str]) -> str:
    """A list in one cell; one value with a comma gets a semicolon too, or it would look like two.

    >>> _listed(["Lee, Ada"]), _listed(["a", "b;c"])
    ('Lee, Ada;', 'a; b,c')
    """
    cell = _LIST.join(value.replace(";", ",") for value in values)
    return f"{cell};" if len(values) == 1 and re.search(r",| and ", cell) else cell


def _author(author: Author) -> str:
    """A person as `Family, Given`; a group in braces, as in BibTeX."""
    return f"{{{inverted(author)}}}" if author.literal else inverted(author)


_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def _inert(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before `=`, `+`, `-`, `@`.

    The apostrophe is what spreadsheets themselves write for "this is text" (OWASP, CSV
    injection); the CSV reader takes it off again, so one that is there already gets another.

    >>> _inert("=1+1"), _inert("-- dash"), _inert("'=a"), _inert("3D")
    ("'=1+1", "'-- dash", "''=a", '3D')
    """
    return f"'{value}" if _FORMULA.match(value) else value
