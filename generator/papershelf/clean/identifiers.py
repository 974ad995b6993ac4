"""Names that a paper has in the world: DOI, arXiv, ACL and OpenReview, without their wrapping."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DOI = re.compile(
    r"(?:(?:https?://)?(?:dx\.)?(?:www\.)?doi\.org/|doi:?)?\s*(10\.\d{4,9}/\S{1,300})", re.I
)
_ARXIV = re.compile(
    r"(?:https?://)?(?:(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:?\s*)?"
    r"(?P<id>\d{4}\.\d{4,5}|[a-z-]{2,20}(?:\.[A-Z]{2})?/\d{7})(?:v(?P<version>\d{1,3}))?"
    r"(?:\.pdf)?(?:\s*\[[\w.-]{1,20}\])?/?",
    re.I,
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.I)
_ACL = re.compile(
    r"(?:https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology|aclanthology\.info/papers)/)?"
    r"(?P<id>[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_-]{2,30}-[a-z0-9_-]{1,30}\.\d{1,5})(?:v\d)?(?:\.pdf|\.bib)?/?",
    re.I,
)
_OPENREVIEW = re.compile(
    r"(?:https?://openreview\.net/(?:forum|pdf)\?id=)?(?P<id>[A-Za-z0-9_-]{4,40})(?:[&#].{0,200})?"
)
_TRAILING = ".,;:)]}>\"'"


def identifier(scheme: str, text: str) -> tuple[str, str]:
    """A name as found → the name alone, and the version where it has one; empty when it is none.

    DOIs are lower case (they do not tell case apart), the others as found.

    >>> identifier("arxiv", "https://arxiv.org/abs/1706.03762v5")
    ('1706.03762', '5')
    >>> identifier("doi", "https://doi.org/10.1000/XYZ")
    ('10.1000/xyz', '')
    """
    text = " ".join(text.split())
    if scheme == "doi":
        match = _DOI.fullmatch(
            text.rstrip(_TRAILING) if text.count("(") == text.count(")") - 1 else text
        )
        return (match[1].rstrip(".,;").lower(), "") if match else ("", "")
    pattern = {"arxiv": _ARXIV, "acl": _ACL, "openreview": _OPENREVIEW}[scheme]
    found = pattern.fullmatch(text)
    return (found["id"], found.groupdict().get("version") or "") if found else ("", "")


def identifiers_of(address: str) -> Iterator[tuple[str, str]]:
    """The scheme and the name of each identifier that a web address spells.

    >>> list(identifiers_of("https://arxiv.org/pdf/1706.03762"))
    [('arxiv', '1706.03762')]
    """
    for scheme, host in (
        ("arxiv", "arxiv.org/"),
        ("doi", "doi.org/10."),
        ("acl", "aclanthology.org/"),
        ("openreview", "openreview.net/"),
    ):
        if host in address.lower():
            found, _ = identifier(scheme, address)
            if found:
                yield scheme, found


def arxiv_of_doi(doi: str) -> str:
    """The arXiv id inside a DOI that arXiv itself gave, else nothing."""
    match = _ARXIV_DOI.fullmatch(doi)
    return identifier("arxiv", match[1])[0] if match else ""
