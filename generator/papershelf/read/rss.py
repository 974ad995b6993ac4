"""RSS: feeds of papers, of journals and of arXiv (RSS 2.0 and 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from papershelf.model import Origin, Record
from papershelf.read.markup import paragraphs_of
from papershelf.read.xml import records_in, sniff_markup, text_at, texts_at
from papershelf.report import Report

SUMMARY = "RSS feeds of papers (.rss, .xml)"
SUFFIXES = (".rss", ".xml")
EXAMPLE = """<rss version="2.0"><channel>
  <title>Papers of the day</title>
  <item>
    <title>A Shelf of Items</title>
    <link>https://arxiv.org/abs/2101.00001</link>
    <description>How to keep a library.</description>
    <pubDate>Fri, 01 Jan 2021 00:00:00 GMT</pubDate>
  </item>
</channel></rss>
"""


def sniff(head: str) -> float:
    """High for an `rss` element, or an RDF document with items."""
    return sniff_markup(head, r"<rss\b|<(?:rdf:)?RDF\b[^>]*purl\.org/rss")


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A feed → a record an item; a blog's note without a paper is one too."""
    for item, place in records_in(text, origin, report, "item"):
        yield Record(_fields(item), place)


def _fields(item: etree._Element) -> dict[str, Any]:
    told = _told(text_at(item, "encoded", "description"))
    fields = {
        "title": text_at(item, "title"),
        "authors": texts_at(item, "creator") or told.get("authors", "") or text_at(item, "author"),
        "abstract": told.get("summary") or told.get("abstract") or told[""],
        "date": text_at(item, "date", "pubDate"),
        "url": text_at(item, "link") or text_at(item, "guid"),
        "votes": told.get("upvotes", ""),
        "keywords": texts_at(item, "category"),
        "doi": text_at(item, "doi"),
        "venue": text_at(item, "publicationName"),
    }
    return {name: value for name, value in fields.items() if value}


# arXiv's own feeds open with it.
_ANNOUNCED = re.compile(r"arXiv:\S{1,40} Announce Type: \S{1,40}\s*")
_LABELS = re.compile(r"(authors?|upvotes|summary|abstract):\s*", re.IGNORECASE)


def _told(description: str) -> dict[str, str]:
    """What a description tells, by its labels (`Authors: …`); the rest stands under ``."""
    found: dict[str, str] = {"": ""}
    plain = []
    for paragraph in paragraphs_of(_as_html(_ANNOUNCED.sub("", description.strip()))):
        match = _LABELS.match(paragraph)
        if match and match.end() < len(paragraph):
            name = match[1].lower()
            found.setdefault("authors" if name == "author" else name, paragraph[match.end() :])
        else:
            plain.append(paragraph)
    found[""] = "\n\n".join(plain)
    return found


def _as_html(description: str) -> str:
    """A description is HTML even when it has no tags, only `&lt;`."""
    return f"<p>{description}</p>" if _REFERENCE.search(description) else description


_REFERENCE = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
