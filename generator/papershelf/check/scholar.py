"""Pages of papers: the metadata that Google Scholar and Zotero read, and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from papershelf import jsonld
from papershelf.check.built import scheme
from papershelf.check.page import Element, Page
from papershelf.check.problems import doubtful, short, wrong
from papershelf.model import Problem

# https://scholar.google.com/intl/en/scholar/inclusion.html: one value each, and these dates.
_ONCE = ("citation_title", "citation_doi", "citation_publication_date", "citation_date")
_URLS = ("citation_pdf_url", "citation_abstract_html_url", "citation_fulltext_html_url")
_DATES = ("citation_publication_date", "citation_date", "citation_online_date")
_DATE = re.compile(r"\d{4}([/-](0?[1-9]|1[0-2])([/-](0?[1-9]|[12]\d|3[01]))?)?")
_PAPERS = {"ScholarlyArticle", "Article", "Thesis", "Report"}


def check_papers(page: Page) -> Iterator[Problem]:
    """A page that calls itself a paper names it, and its JSON-LD is JSON."""
    tags = [e for e in page.all("meta") if e.get("name").lower().startswith("citation_")]
    if tags:
        yield from _highwire(page, tags)
    for script in page.all("script"):
        if script.get("type").strip().lower() == "application/ld+json":
            yield from _linked_data(page, script)


def _highwire(page: Page, tags: list[Element]) -> Iterator[Problem]:
    values: dict[str, list[Element]] = {}
    for tag in tags:
        values.setdefault(tag.get("name").lower(), []).append(tag)
        if not tag.get("content").strip():
            message = f"{tag.get('name')} is empty"
            yield doubtful("paper-metadata", message, page.path, tag.line)
    if "citation_title" not in values:
        message = "tags of a citation, and no citation_title"
        yield wrong("paper-metadata", message, page.path, tags[0].line)
    for name in _ONCE:
        for tag in values.get(name, ())[1:]:
            yield wrong("paper-metadata", f"{name} stands twice", page.path, tag.line)
    yield from _forms(page, values)


def _forms(page: Page, values: dict[str, list[Element]]) -> Iterator[Problem]:
    for tag in (tag for name in _DATES for tag in values.get(name, ())):
        if not _DATE.fullmatch(tag.get("content")):
            message = f"{short(tag.get('content'))} is no date as 2025/03/14 is"
            yield wrong("paper-metadata", message, page.path, tag.line)
    for tag in (tag for name in _URLS for tag in values.get(name, ())):
        if scheme(tag.get("content")) not in {"http", "https"}:
            message = f"{short(tag.get('content'))} is no whole web address"
            yield wrong("paper-metadata", message, page.path, tag.line)


def _linked_data(page: Page, script: Element) -> Iterator[Problem]:
    try:
        data = json.loads(script.text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        message = f"JSON-LD that is no JSON: {str(error)[:80]}"
        yield wrong("json-ld", message, page.path, script.line)
        return
    for thing in jsonld.things(data):
        if jsonld.types(thing) & _PAPERS and not (thing.get("headline") or thing.get("name")):
            message = "JSON-LD of a paper without headline or name"
            yield wrong("json-ld", message, page.path, script.line)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not in RFC 8259")
