"""Saved HTML pages: Highwire and Dublin Core tags, JSON-LD, or an article with a heading.

What publishers and archives put into the head of a page for Google Scholar and Zotero:
https://scholar.google.com/intl/en/scholar/inclusion.html#indexing, schema.org/ScholarlyArticle.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree, html

from papershelf import jsonld
from papershelf.model import Origin, Problem, Record
from papershelf.read.fields import record_of
from papershelf.read.xml import inner_text, line_of
from papershelf.report import Report

SUMMARY = "Saved web pages with Highwire, Dublin Core or JSON-LD metadata (.html)"
SUFFIXES = (".html", ".htm", ".xhtml")
EXAMPLE = """<html><head>
<meta name="citation_title" content="A Shelf of Pages">
<meta name="citation_author" content="Lee, Ada">
<meta name="citation_publication_date" content="2021/05/03">
<meta name="citation_abstract" content="How to keep a library.">
</head><body></body></html>
"""

_HIGHWIRE = {
    "citation_title": "title", "citation_author": "authors", "citation_authors": "authors",
    "citation_publication_date": "date", "citation_date": "date", "citation_online_date": "date",
    "citation_year": "date",
    "citation_journal_title": "venue", "citation_conference_title": "venue",
    "citation_doi": "doi", "citation_arxiv_id": "arxiv", "citation_abstract": "abstract",
    "citation_abstract_html_url": "url", "citation_public_url": "url", "citation_pdf_url": "pdf",
    "citation_volume": "volume", "citation_issue": "number", "citation_publisher": "publisher",
    "citation_language": "language",
    "citation_keywords": "keywords", "citation_keyword": "keywords",
    "dc.title": "title", "dc.creator": "authors", "dc.date": "date", "dc.description": "abstract",
    "dc.publisher": "publisher", "dc.language": "language", "dc.subject": "keywords",
    "dcterms.title": "title", "dcterms.creator": "authors", "dcterms.issued": "date",
    "dcterms.abstract": "abstract", "og:title": "title", "og:description": "abstract",
    "og:url": "url",
}  # fmt: skip
_MANY = frozenset({"authors", "keywords"})
_ARTICLES = frozenset(
    {"ScholarlyArticle", "Article", "Thesis", "Report", "Book", "Chapter", "TechArticle"}
)
_WEAK = frozenset({"og:title", "og:description", "og:url"})


def sniff(head: str) -> float:
    """0.9 for HTML with a scholar's metadata, 0.6 for an article with a heading."""
    start = head.lstrip("\ufeff \t\n")
    if not re.match(r"<(?:!doctype html|html|head|article|body|!--|meta)\b", start, re.IGNORECASE):
        return 0.0
    if re.search(
        r"citation_title|ScholarlyArticle|name=[\"']dc(?:terms)?\.title", head, re.IGNORECASE
    ):
        return 0.9
    return 0.6 if re.search(r"<article\b", head) and re.search(r"<h[123]\b", head) else 0.2


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A page → the paper that its metadata describe, else one an article with a heading."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True)
    try:
        root = html.fromstring(text.lstrip("\ufeff").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        report.problem(Problem("bad-html", "no HTML can be made of the page", origin))
        return
    found = {**_json_ld(root), **_meta(root)}
    if found.get("title"):
        yield replace(record_of(found, replace(origin, line=1), report), markup="text")
        return
    for article in root.iter("article"):
        fields = _article(article)
        if fields.get("title"):
            yield record_of(fields, replace(origin, line=line_of(article)), report)


def _meta(root: html.HtmlElement) -> dict[str, Any]:
    """What the `meta` elements tell; Highwire before Dublin Core before Open Graph."""
    found: dict[str, Any] = {}
    tags = [
        (name.lower(), element.get("content", "").strip())
        for element in root.iter("meta")
        if (name := element.get("name") or element.get("property") or "")
    ]
    scholarly = any(name in _HIGHWIRE and name not in _WEAK for name, _ in tags)
    order = list(_HIGHWIRE)
    for name, content in sorted(
        (t for t in tags if t[0] in _HIGHWIRE), key=lambda t: order.index(t[0])
    ):
        ours = _HIGHWIRE[name]
        if not content or (name in _WEAK and not scholarly):
            continue
        if ours in _MANY and name.startswith("citation") == bool(found.get(f"_{ours}", True)):
            found.setdefault(ours, []).extend(_several(name, content))
        else:
            found.setdefault(ours, [content] if ours in _MANY else content)
    pages = [dict(tags).get(f"citation_{end}page", "") for end in ("first", "last")]
    return {**found, **({"pages": "-".join(page for page in pages if page)} if any(pages) else {})}


def _several(name: str, content: str) -> list[str]:
    """One tag may hold one name, or all of them behind semicolons."""
    if name.endswith(("authors", "keywords", "subject")) or ";" in content:
        return [
            part.strip()
            for part in re.split(r";|,(?= )" if "keyword" in name else ";", content)
            if part.strip()
        ]
    return [content]


def _json_ld(root: html.HtmlElement) -> dict[str, Any]:
    """The first article that a JSON-LD script describes."""
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            value = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for item in jsonld.things(value):
            if _ARTICLES & jsonld.types(item):
                return _schema(item)
    return {}


def _schema(item: Mapping[str, Any]) -> dict[str, Any]:
    """A ScholarlyArticle under our names; https://schema.org/ScholarlyArticle."""
    part = item.get("isPartOf")
    found = {
        "title": item.get("headline") or item.get("name"),
        "abstract": item.get("abstract") or item.get("description"),
        "authors": item.get("author"),
        "date": item.get("datePublished"),
        "venue": part.get("name") if isinstance(part, Mapping) else None,
        "url": item.get("url"),
        "keywords": item.get("keywords"),
        "doi": next(
            (v for v in _texts(item.get("identifier"), item.get("sameAs")) if "10." in v), None
        ),
    }
    return {name: value for name, value in found.items() if value}


def _texts(*values: Any) -> Iterator[str]:
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            one = one.get("value") if isinstance(one, Mapping) else one
            if isinstance(one, str):
                yield one


def _article(article: html.HtmlElement) -> dict[str, Any]:
    """An `<article>`: heading, then what its classes call authors and abstract."""
    title = next((inner_text(e) for tag in ("h1", "h2", "h3") for e in article.iter(tag)), "")
    links = [href for a in article.iter("a") if (href := a.get("href", "")).startswith("http")]
    found: dict[str, Any] = {
        "title": title,
        "authors": _classed(article, "author"),
        "abstract": _classed(article, "abstract-body", "abstract", "summary"),
        "url": next(iter(links), ""),
        "pdf": next((url for url in links if "/pdf/" in url or url.endswith(".pdf")), ""),
    }
    published = re.search(r"Published\s+(\d{4}-\d{2}-\d{2})", inner_text(article))
    if published:
        found["date"] = published[1]
    return {name: value for name, value in found.items() if value}


def _classed(article: html.HtmlElement, *words: str) -> str:
    """The text of the first element below the article whose class has one of the words in it."""
    for word in words:
        for element in article.iter("p", "div", "section", "span", "blockquote"):
            if word in element.get("class", ""):
                return inner_text(element)
    return ""
