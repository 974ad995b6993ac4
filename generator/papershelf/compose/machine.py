"""Paper → metadata for machines: Highwire tags, Dublin Core, JSON-LD, COinS.

Highwire tags are what Google Scholar and Zotero read (scholar.google.com/intl/en/scholar/
inclusion.html), Dublin Core after DCMI's "Expressing Dublin Core in HTML", JSON-LD after
schema.org, COinS after ocoins.info with the formats of OpenURL (Z39.88-2004).
Each value is escaped for the place where it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from papershelf.export.apa import is_preprint
from papershelf.export.parts import entry_type, inverted, landing_pages, of_last, sorted_links
from papershelf.model import Author, Date, Paper
from papershelf.prose import escape, escape_each, in_one_line

_MOST_AUTHORS = 20  # but for Highwire tags: each name takes 150 bytes in the other three
_IN_A_BOOK = frozenset({"inproceedings", "incollection", "inbook"})
_VENUES = {
    "inproceedings": "citation_conference_title", "incollection": "citation_inbook_title",
    "inbook": "citation_inbook_title", "article": "citation_journal_title",
    "phdthesis": "citation_dissertation_institution",
    "mastersthesis": "citation_dissertation_institution",
    "thesis": "citation_dissertation_institution",
    "techreport": "citation_technical_report_institution",
    "report": "citation_technical_report_institution",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """A paper and what its page knows of it beside: all as plain text.

    `name` is what the authors call their work, `permalink` may be empty.
    """

    paper: Paper
    permalink: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    name: str = ""


def metadata(subject: Subject) -> str:
    """Highwire tags, Dublin Core and JSON-LD, as HTML for the head."""
    tags = [tag for tag in (*_highwire(subject), *_dublin_core(subject)) if tag[1]]
    known = zip(tags, escape_each(said for _, said in tags), strict=True)
    lines = [f'<meta name="{name}" content="{said}">' for (name, _), said in known]
    # No <link rel="schema.DC">: readers know the prefix, and the page names no other host to load.
    return "\n".join([*lines, _script(json_ld(subject))])


# What ends a data block or a line of JavaScript, and what HTML forbids.
_NOT_IN_SCRIPT = re.compile(r"[<>\u2028\u2029\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def _script(value: object) -> str:
    """JSON as a data block of HTML."""
    text = _encode(value)
    if (text.isascii() and "\x7f" not in text) or text.isprintable():  # a third of the time
        text = text.replace("<", "\\u003c").replace(">", "\\u003e")
    else:
        text = _NOT_IN_SCRIPT.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
    return f'<script type="application/ld+json">{text}</script>'


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def _highwire(subject: Subject) -> Iterator[tuple[str, str]]:
    paper, found = subject.paper, sorted_links(subject.paper)
    first, last = pages(paper)
    yield "citation_title", in_one_line(paper.title.plain)
    for author in paper.authors:
        yield "citation_author", inverted(author)
        yield "citation_author_orcid", f"https://orcid.org/{author.orcid}" if author.orcid else ""
    yield "citation_publication_date", iso(paper).replace("-", "/")
    if not is_preprint(paper):
        yield _VENUES.get(entry_type(paper), "citation_journal_title"), paper.venue
    yield "citation_volume", paper.details.get("volume", "")
    yield "citation_issue", paper.details.get("number", "")
    yield "citation_firstpage", first
    yield "citation_lastpage", last
    yield "citation_publisher", paper.details.get("publisher", "")
    yield "citation_doi", paper.identifiers.get("doi", "")
    yield "citation_arxiv_id", paper.identifiers.get("arxiv", "")
    yield "citation_pdf_url", found.pdf
    yield "citation_abstract_html_url", subject.permalink
    yield "citation_language", paper.details.get("language", "")
    yield "citation_keywords", "; ".join(subject.keywords)


def _dublin_core(subject: Subject) -> Iterator[tuple[str, str]]:
    paper = subject.paper
    yield "DC.title", in_one_line(paper.title.plain)
    for author in paper.authors[:_MOST_AUTHORS]:
        yield "DC.creator", inverted(author)
    yield "DC.date", iso(paper)
    yield "DC.type", "Text"
    for address in addresses(paper)[:2]:
        yield "DC.identifier", address
    yield "DC.source", paper.venue
    yield "DC.publisher", paper.details.get("publisher", "")
    yield "DC.language", paper.details.get("language", "")


@of_last
def iso(paper: Paper) -> str:
    """The date as far as it is known, ISO 8601; empty without a year."""
    date = paper.date or Date()
    if not date.year or not 0 < date.year < _END_OF_TIME:
        return ""
    has_month = date.month is not None and 1 <= date.month <= 12
    has_day = has_month and date.day is not None and 1 <= date.day <= 31
    return str(Date(date.year, date.month if has_month else None, date.day if has_day else None))


_END_OF_TIME = 10_000  # years of five digits have no form in ISO 8601
_RANGE = re.compile(r"\s*([^\s–,-]+)\s*(?:–|--?)\s*([^\s–,-]+)\s*")


@of_last
def pages(paper: Paper) -> tuple[str, str]:
    """The first and the last page; what is no range stands as the first.

    >>> _RANGE.fullmatch("10–20").groups()
    ('10', '20')
    """
    said = paper.details.get("pages", "")
    ends = _RANGE.fullmatch(said)
    return (ends[1], ends[2]) if ends else (said, "")


@of_last
def addresses(paper: Paper) -> list[str]:
    """Where else the paper is: its DOI and the pages of its other identifiers."""
    doi = paper.identifiers.get("doi", "")
    first = [f"https://doi.org/{quote(doi, safe='/:;.()-_')}"] if doi else []
    return [*first, *landing_pages(paper)]


def json_ld(subject: Subject) -> dict[str, Any]:
    """The paper as a `ScholarlyArticle` of schema.org; what is not known is not there."""
    paper = subject.paper
    first, last = pages(paper)
    pdf = sorted_links(paper).pdf
    known: dict[str, Any] = {
        "url": subject.permalink,
        "headline": in_one_line(paper.title.plain),
        "alternateName": subject.name,
        "description": subject.description,
        "author": [_person(author) for author in paper.authors[:_MOST_AUTHORS]],
        "datePublished": iso(paper),
        "isPartOf": _whole(paper),
        "pageStart": first,
        "pageEnd": last,
        "publisher": _named("Organization", paper.details.get("publisher", "")),
        "inLanguage": paper.details.get("language", ""),
        "keywords": list(subject.keywords),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": scheme, "value": value}
            for scheme, value in sorted(paper.identifiers.items())
        ],
        "sameAs": addresses(paper),
        "encoding": pdf and {"@type": "MediaObject", "encodingFormat": "application/pdf",
                             "contentUrl": pdf},
    }  # fmt: skip
    said = {name: value for name, value in known.items() if value}
    return {"@context": "https://schema.org", "@type": "ScholarlyArticle", **said}


def _person(author: Author) -> dict[str, str]:
    if author.literal:
        return _named("Organization", author.literal)
    # Which part is the family's, Highwire tags tell.
    same = {"sameAs": f"https://orcid.org/{author.orcid}"} if author.orcid else {}
    return _named("Person", str(author)) | same


def _named(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name} if name else {}


def _whole(paper: Paper) -> dict[str, Any]:
    """What the paper is a part of: an issue of a volume of a journal, or a book."""
    if not paper.venue or is_preprint(paper):
        return {}
    if entry_type(paper) in _IN_A_BOOK:
        return _named("Book", paper.venue)
    whole: dict[str, Any] = _named("Periodical", paper.venue)
    for kind, name, field in (("PublicationVolume", "volumeNumber", "volume"),
                              ("PublicationIssue", "issueNumber", "number")):  # fmt: skip
        if number := paper.details.get(field, ""):
            whole = {"@type": kind, name: number, "isPartOf": whole}
    return whole


# The formats of OpenURL: journals, books, and Dublin Core for what is neither.
_FORMATS = {
    "article": ("journal", "article"), "inproceedings": ("book", "proceeding"),
    "incollection": ("book", "bookitem"), "inbook": ("book", "bookitem"), "book": ("book", "book"),
    "proceedings": ("book", "conference"), "techreport": ("book", "report"),
    "report": ("book", "report"), "phdthesis": ("dissertation", ""),
    "mastersthesis": ("dissertation", ""), "thesis": ("dissertation", ""),
}  # fmt: skip


def coins(subject: Subject) -> str:
    """The paper as an empty `<span class="Z3988">`, for tools that read the body of a page."""
    known = [(name, in_one_line(said)) for name, said in _context(subject) if said]
    # All in one go: half the time.
    values = _in_query("\n".join([said for _, said in known])).split("%0A")
    pairs = [f"{name}={said}" for (name, _), said in zip(known, values, strict=True)]
    return f'<span class="Z3988" title="{escape("&".join(pairs))}"></span>'


# `quote_plus` looks at each sign by itself, and most may stay.
_ODD = re.compile(r"[^\w .~-]+", re.ASCII)


def _in_query(text: str) -> str:
    """Text as a value in the query of an address, with `+` for a blank.

    >>> _in_query("R&D: 5 % ~ é")
    'R%26D%3A+5+%25+~+%C3%A9'
    """
    return _ODD.sub(_percent, text).replace(" ", "+")


def _percent(signs: re.Match[str]) -> str:
    return _quoted(signs[0])


@lru_cache(1 << 10)  # a few come back on page after page: `: `, `, `, a line's end
def _quoted(signs: str) -> str:
    return quote(signs, safe="")


def _context(subject: Subject) -> Iterator[tuple[str, str]]:
    paper = subject.paper
    kind = "" if is_preprint(paper) else entry_type(paper)
    form, genre = _FORMATS.get(kind, ("dc", ""))
    first, last = pages(paper)
    yield "ctx_ver", "Z39.88-2004"
    yield "rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"
    yield "rft.genre", genre
    yield from _titles(form, kind, paper)
    yield "rft.date", iso(paper)
    yield "rft.volume", paper.details.get("volume", "")
    yield "rft.issue", paper.details.get("number", "")
    yield "rft.spage", first
    yield "rft.epage", last
    yield "rft.pub" if form == "book" else "rft.publisher", paper.details.get("publisher", "")
    yield from _people(form, paper.authors[:_MOST_AUTHORS])
    yield from (("rft_id", name) for name in _ids(subject))


def _titles(form: str, kind: str, paper: Paper) -> Iterator[tuple[str, str]]:
    inside = form == "journal" or kind in _IN_A_BOOK
    whole = {"journal": "rft.jtitle", "book": "rft.btitle"}.get(form, "rft.source")
    yield (
        {True: "rft.atitle"}.get(inside, "rft.btitle" if form == "book" else "rft.title"),
        (paper.title.plain),
    )
    if inside:
        yield whole, paper.venue
    elif form == "dc":
        yield "rft.type", "preprint" if is_preprint(paper) else "document"


def _people(form: str, authors: Sequence[Author]) -> Iterator[tuple[str, str]]:
    if form != "dc":
        for author in authors[:1]:
            yield "rft.aulast", " ".join([author.particle, author.family]).strip()
            yield "rft.aufirst", author.given
    for author in authors:
        yield "rft.creator" if form == "dc" else "rft.au", inverted(author)


def _ids(subject: Subject) -> Iterator[str]:
    doi = subject.paper.identifiers.get("doi", "")
    if doi:
        yield f"info:doi/{doi}"
    yield subject.permalink or (*landing_pages(subject.paper), "")[0]
