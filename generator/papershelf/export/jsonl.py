r"""Paper → a line of JSON: all that is known of it, under our own names. Nothing is lost.

`"papershelf": 1` says so to the reader: such a line is read as it stands, and nothing in it
is repaired a second time. In title, abstract and venue a formula stands between dollars, an
address with other words as `\href{address}{words}`, and a backslash before a dollar or a
backslash says that it is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from papershelf.model import Author, Paper
from papershelf.prose import Prose, Span

VERSION = 1
"""Goes up when a line of today could be misread by yesterday's reader."""


def write(paper: Paper, permalink: str = "") -> str:
    """The paper as one line of JSON with its line end."""
    return line(as_dict(paper, permalink))


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=str).encode


def line(known: Mapping[str, Any]) -> str:
    """Data as one line of JSON with its line end."""
    text = _encode(known)
    # Other programs take these two for the end of the line.
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


def as_dict(paper: Paper, permalink: str = "") -> dict[str, Any]:
    """What is known of the paper; what is not is left out.

    `listed` is when the first of its sources listed it. Where it was read from and what was
    repaired is told by the site and by `papershelf explain`; it would mean nothing elsewhere.
    """
    listed = paper.listings[0].date if paper.listings else None
    known: dict[str, Any] = {
        "id": paper.id,
        "permalink": permalink,
        "title": source(paper.title),
        "authors": [_author(author) for author in paper.authors],
        "date": str(paper.date or ""),
        "listed": str(listed or ""),
        "venue": source(Prose.of(paper.venue)),
        **paper.identifiers,
        **paper.details,
        "links": [{"kind": link.kind, "url": link.url} for link in paper.links],
        "keywords": list(paper.tags),
        "abstract": source(paper.abstract),
        "extra": dict(paper.extra),
    }
    return {"papershelf": VERSION, **{name: value for name, value in known.items() if value}}


def _author(author: Author) -> dict[str, str]:
    return {name: part for name, part in zip(_NAMES, _parts(author), strict=True) if part}


_NAMES = tuple(field.name for field in fields(Author))
_parts = attrgetter(*_NAMES)


_SPECIAL = re.compile(r"\$|\\(?=[\\$]|href\{|\Z)")
_FORMULA = re.compile(r"(?:[^$\\]|\\.)+", re.DOTALL)
_LABEL = re.compile(r"[^{}\\$]+")
# An address that is followed by anything else would not end where it ends.
_ADDRESS_ENDS = re.compile(r"\Z|[.,;:!?]?(?:\s|\Z)")


def source(prose: Prose) -> str:
    r"""Prose as one text, from which the same prose is made again.

    >>> source(Prose((Span("text", "at $5, "), Span("math", "n^2", "n²"))))
    'at \\$5, $n^2$'
    """
    return "".join(_sources(prose))


def _sources(prose: Prose) -> Iterator[str]:
    following = [*prose.spans[1:], Span("text")]
    for span, after in zip(prose.spans, following, strict=False):
        if span.kind == "math":
            yield _formula(span)
        elif span.kind == "link":
            yield _link(span, after.text if after.kind == "text" else "x")
        else:
            yield _text(span.text) if span.kind == "text" else "\n\n"


def _text(text: str) -> str:
    # Few abstracts hold either, and the pattern takes thirty times as long to find none.
    return _SPECIAL.sub(r"\\\g<0>", text) if "$" in text or "\\" in text else text


def _formula(span: Span) -> str:
    """A formula; one that could not be shown is text, and reads as it did."""
    shown_as_found = span.plain.startswith(("$", "\\")) and span.text in span.plain
    if shown_as_found or not _FORMULA.fullmatch(span.text):
        return _text(span.plain or f"${span.text}$")
    return f"${span.text}$"


def _link(span: Span, after: str) -> str:
    shown = span.plain or span.text
    if shown == span.text and _ADDRESS_ENDS.match(after):
        return _text(shown)
    if not _LABEL.fullmatch(shown) or re.search(r"[{}]", span.text):
        return _text(shown)
    return f"\\href{{{span.text}}}{{{shown}}}"
