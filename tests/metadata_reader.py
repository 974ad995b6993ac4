"""A page as programs read it that collect papers: Zotero's translator, a Scholar indexer.

After Zotero's "Embedded Metadata" and "COinS" translators, and Google Scholar's guidelines for
webmasters: only what those look at, in the order in which they look.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import html5lib
from lxml.html import document_fromstring

HTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class Found:
    """What the head and the body of a page say of its paper."""

    meta: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    links: list[dict[str, str]] = field(default_factory=list)
    json_ld: list[Any] = field(default_factory=list)
    coins: list[dict[str, list[str]]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def one(self, name: str) -> str:
        values = self.meta.get(name, [""])
        assert len(values) == 1, f"{name} is there {len(values)} times"
        return values[0]


def read_page(head: str, body: str = "") -> Found:
    page = f"<!doctype html><html><head><title>x</title>{head}</head><body>{body}</body></html>"
    parser = html5lib.HTMLParser(strict=True)  # an error of syntax is an error
    return _read(parser.parse(page).iter())


def read_site_page(page: bytes) -> Found:
    """A page as it lies in a site, with all that the theme says beside."""
    return _read(document_fromstring(page).iter("*"))


def _read(elements: Iterable[Any]) -> Found:
    found = Found()
    for element in elements:
        values = dict(element.attrib)
        kind = str(element.tag).removeprefix(HTML)
        if kind == "meta" and "content" in values:
            name = values.get("name") or values.get("property") or values["http-equiv"]
            found.meta[name].append(values["content"])
        elif kind == "link":
            found.links.append(values)
        elif kind == "script":
            _script(values, element.text or "", found)
        elif values.get("class") == "Z3988":
            found.coins.append(_context(values["title"]))
    return found


def _script(values: dict[str, str], text: str, found: Found) -> None:
    if values.get("type") == "application/ld+json":
        assert "\u2028" not in text and "\u2029" not in text and "<" not in text
        found.json_ld.append(json.loads(text))
    else:
        found.scripts.append(text)


def _context(title: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl(title, strict_parsing=True):
        found[name].append(value)
    assert found["ctx_ver"] == ["Z39.88-2004"]
    return found


def zotero_item(found: Found) -> dict[str, Any]:
    """The item that "Embedded Metadata" makes: Highwire tags first, then Dublin Core."""
    kind = (
        "journalArticle" if "citation_journal_title" in found.meta
        else "conferencePaper" if "citation_conference_title" in found.meta
        else "bookSection" if "citation_inbook_title" in found.meta
        else "thesis" if "citation_dissertation_institution" in found.meta
        else "report" if "citation_technical_report_institution" in found.meta
        else "preprint" if "citation_arxiv_id" in found.meta
        else "webpage"
    )  # fmt: skip
    first, last = found.one("citation_firstpage"), found.one("citation_lastpage")
    return {
        "itemType": kind,
        "title": found.one("citation_title") or found.one("DC.title") or found.one("og:title"),
        "creators": found.meta.get("citation_author") or found.meta.get("DC.creator") or [],
        "date": (found.one("citation_publication_date") or found.one("DC.date")).replace("/", "-"),
        "volume": found.one("citation_volume"),
        "issue": found.one("citation_issue"),
        "pages": f"{first}-{last}" if last else first,
        "DOI": found.one("citation_doi"),
        "url": found.one("citation_abstract_html_url") or found.one("og:url"),
        "pdf": found.one("citation_pdf_url"),
        "tags": [tag for tag in found.one("citation_keywords").split("; ") if tag],
    }
