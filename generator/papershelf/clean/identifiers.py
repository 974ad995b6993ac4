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
_ACL_ID = r"(?:[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_-]{2,30}-[a-z0-9_-]{1,30}\.\d{1,5})"
_ACL = re.compile(
    r"(?:https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology|aclanthology\.info/papers)/)?"
    rf"(?P<id>{_ACL_ID})(?:v\d)?(?:\.pdf|\.bib)?/?",
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
    >>> list(identifiers_of("https://link.springer.com/article/10.1007/s1-2?error=cookies"))
    [('doi', '10.1007/s1-2')]
    """
    for scheme, pattern in _ADDRESSES:
        match = pattern.match(address)
        found = identifier(scheme, match["name"])[0] if match else ""
        if found:
            yield scheme, found


_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]{2,20}(?:\.[A-Z]{2})?/\d{7})(?:v\d{1,3})?"
_HOST = r"(?:https?://)?(?:[\w-]{1,40}\.){0,3}"
# What follows a name in an address: a suffix, a question, a place on the page.
_REST = r"/?(?:[?#&].{0,1000})?\Z"
_SUFFIX = r"(?:\.pdf|\.bib|/(?:full|abstract|pdf|epub|html))?"
_DOI_NAME = r"(?P<name>10\.\d{4,9}/[^\s?#]{1,300}?)"
_ADDRESSES = tuple(
    (scheme, re.compile(_HOST + form + _REST, re.IGNORECASE))
    for scheme, form in (
        # arXiv's own pages of a paper, and those of others under its id.
        (
            "arxiv",
            r"(?:arxiv\.org/(?:abs|pdf|html|format|e-print)|(?:huggingface|hf)\.co/papers|"
            r"alphaxiv\.org/abs|ar5iv\.org/(?:abs|html)|semanticscholar\.org/arxiv)/"
            rf"(?P<name>{_ARXIV_ID})(?:\.pdf)?",
        ),
        ("doi", rf"doi\.org/{_DOI_NAME}"),
        (
            "doi",
            r"[a-z-]{2,40}\.[a-z]{2,6}/(?:doi|articles?|chapter|book)/"
            rf"(?:(?:abs|full|pdf|epdf|pdfdirect|epub)/)?{_DOI_NAME}{_SUFFIX}",
        ),
        (
            "acl",
            r"(?:aclanthology\.org|aclweb\.org/anthology|aclanthology\.info/papers)/(?P<name>"
            rf"{_ACL_ID})(?:v\d)?(?:\.pdf|\.bib)?",
        ),
        ("openreview", r"openreview\.net/(?:forum|pdf)\?id=(?P<name>[\w-]{4,40})"),
    )
)


def identifiers_stated(text: str) -> Iterator[tuple[str, str]]:
    """The identifiers that a note or the name of a venue consists of, and nothing else.

    In a running text they would be those of other papers.

    >>> list(identifiers_stated("arXiv preprint arXiv:1706.03762"))
    [('arxiv', '1706.03762')]
    >>> list(identifiers_stated("A comment on arXiv:1706.03762"))
    []
    """
    text = re.sub(r"\\?url\{(.{1,1000})\}", r"\1", " ".join(text[:1200].split())).strip(" .,;{}")
    if "://" in text:
        yield from identifiers_of(text)
    elif match := _STATED_ARXIV.fullmatch(text):
        yield "arxiv", identifier("arxiv", match["name"])[0]
    elif text[:4].lower() == "doi:" and (name := identifier("doi", text)[0]):
        yield "doi", name


_STATED_ARXIV = re.compile(
    r"(?:(?:arxiv|corr)(?:\.org)?(?: e-?prints?| pre-?prints?)?[,:]? )?"
    rf"(?:arxiv: ?|abs/|(?<=arxiv ))(?P<name>{_ARXIV_ID})"
    r"(?: \[[\w., -]{1,60}\])?(?:,? \(?\d{4}\)?)?",
    re.IGNORECASE,
)


def arxiv_of_doi(doi: str) -> str:
    """The arXiv id inside a DOI that arXiv itself gave, else nothing."""
    match = _ARXIV_DOI.fullmatch(doi)
    return identifier("arxiv", match[1])[0] if match else ""
