"""Atom: the answers of the arXiv API, and feeds of any site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from papershelf.model import Origin, Record
from papershelf.read.xml import children, records_in, sniff_markup, text_at, texts_at
from papershelf.report import Report

SUMMARY = "Atom feeds and answers of the arXiv API (.atom, .xml)"
SUFFIXES = (".atom", ".xml")
EXAMPLE = """<feed xmlns="http://www.w3.org/2005/Atom">
  <entry>
    <id>http://arxiv.org/abs/2101.00001v2</id>
    <title>A Shelf of Feeds</title>
    <author><name>Ada Lee</name></author>
    <published>2021-01-01T00:00:00Z</published>
    <summary>How to keep a library.</summary>
  </entry>
</feed>
"""

_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/([\w.-]+(?:/\d{7})?(?:v\d+)?)", re.IGNORECASE)


def sniff(head: str) -> float:
    """High for a `<feed>` in Atom's namespace."""
    return sniff_markup(head, r"<(?:\w+:)?feed[^>]*www\.w3\.org/2005/Atom")


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A feed → a record an entry. An error of the arXiv API is no paper."""
    for entry, place in records_in(text, origin, report, "entry"):
        if "/api/errors" not in text_at(entry, "id"):
            yield Record(_fields(entry), place, _extra(entry))


def _fields(entry: etree._Element) -> dict[str, Any]:
    id = text_at(entry, "id")
    arxiv = _ARXIV.search(id)
    links = _links(entry)
    fields = {
        "title": text_at(entry, "title"),
        "abstract": text_at(entry, "summary", "content"),
        "authors": texts_at(entry, "author/name") or texts_at(entry, "author"),
        "date": text_at(entry, "published", "issued", "updated"),
        "venue": text_at(entry, "journal_ref"),
        "doi": text_at(entry, "doi"),
        "arxiv": arxiv[1] if arxiv else "",
        "url": links.get("alternate", id if id.startswith("http") else ""),
        "pdf": links.get("pdf", ""),
        "keywords": _terms(entry),
    }
    return {name: value for name, value in fields.items() if value}


def _links(entry: etree._Element) -> dict[str, str]:
    """Kind → address: the page itself, and a PDF when one is named."""
    found: dict[str, str] = {}
    for link in children(entry, "link"):
        href, relation = link.get("href", ""), link.get("rel", "alternate")
        if link.get("title") == "pdf" or link.get("type") == "application/pdf":
            found.setdefault("pdf", href)
        elif relation == "alternate":
            found.setdefault("alternate", href)
    return found


def _terms(entry: etree._Element) -> list[str]:
    """The categories, once each; arXiv names the primary one first."""
    terms = [element.get("term", "") for element in children(entry, "category")]
    primary = [element.get("term", "") for element in children(entry, "primary_category")]
    return list(dict.fromkeys(term for term in [*primary, *terms] if term))


def _extra(entry: etree._Element) -> dict[str, Any]:
    comment = text_at(entry, "comment")
    return {"comment": comment} if comment else {}
