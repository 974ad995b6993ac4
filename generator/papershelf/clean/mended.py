r"""Text that papershelf itself exported → the same spans; nothing is repaired a second time.

The language is that of `export.jsonl`: a formula between dollars, `\href{address}{words}`,
and a backslash before a dollar or a backslash that is meant as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from papershelf.clean.characters import one_line
from papershelf.clean.links import links
from papershelf.clean.maths import formula
from papershelf.model import Author
from papershelf.prose import Span, safe_url

_TOKEN = re.compile(
    r"\\href\{(?P<url>[^{}\s]{1,2000})\}\{(?P<shown>[^{}$\\]{1,2000})\}"
    r"|\$(?P<tex>(?:[^$\\]|\\.)+)\$|\\(?P<sign>[\\$]|href\{)|(?P<text>[^\\$]+|.)",
    re.DOTALL,
)


def mended(text: str) -> list[Span]:
    r"""A paragraph as exported → spans.

    >>> [span.plain or span.text for span in mended(r"at \$5, $n^2$ times")]
    ['at $5, ', 'n²', ' times']
    """
    spans: list[Span] = []
    words: list[str] = []
    for piece in _pieces(text):
        if isinstance(piece, str):
            words.append(piece)
        else:
            spans += [*_with_links("".join(words)), piece]
            words = []
    return spans + _with_links("".join(words))


def _pieces(text: str) -> Iterator[str | Span]:
    for token in _TOKEN.finditer(text):
        if token["tex"]:
            yield formula(token["tex"]) or token[0]
        elif token["url"]:
            yield _link(token["url"], token["shown"])
        else:
            yield token["sign"] or token["text"]


def _link(address: str, shown: str) -> str | Span:
    return Span("link", address, shown) if safe_url(address) else shown


def _with_links(text: str) -> list[Span]:
    found = links(text)
    return found if isinstance(found, list) else [Span("text", text)] * bool(text)


_PARTS = ("family", "given", "particle", "suffix", "literal", "orcid")


def mended_authors(value: Any) -> tuple[Author, ...]:
    """The authors in a list of their parts; what is no such list is nobody."""
    listed = value if isinstance(value, list) else []
    found = (_author(parts) for parts in listed if isinstance(parts, Mapping))
    return tuple(author for author in found if str(author))


def _author(parts: Mapping[str, Any]) -> Author:
    return Author(**{name: one_line(str(parts[name])) for name in _PARTS if parts.get(name)})
