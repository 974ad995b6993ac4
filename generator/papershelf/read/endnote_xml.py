"""EndNote XML: `<xml><records><record>`, every value in a `<style>`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from papershelf.model import Origin, Record
from papershelf.read.xml import child, records_in, sniff_markup, text_at, texts_at
from papershelf.report import Report

SUMMARY = "EndNote libraries (.xml)"
SUFFIXES = (".xml",)
EXAMPLE = """<xml><records><record>
  <ref-type name="Journal Article">17</ref-type>
  <contributors><authors><author><style>Lee, Ada</style></author></authors></contributors>
  <titles><title><style>A shelf of styles</style></title></titles>
  <dates><year><style>2021</style></year></dates>
  <abstract><style>How to keep a library.</style></abstract>
</record></records></xml>
"""


def sniff(head: str) -> float:
    """High for records with EndNote's own element names."""
    return sniff_markup(head, r"<(?:ref-type|contributors|source-app)\b")


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A library → a record a `<record>`."""
    for record, place in records_in(text, origin, report, "record"):
        yield Record(_fields(record), place)


def _fields(record: etree._Element) -> dict[str, Any]:
    kind = child(record, "ref-type")
    fields = {
        "title": " ".join(text_at(record, "titles/title").split()),
        "abstract": text_at(record, "abstract"),
        "authors": texts_at(record, "contributors/authors/author")
        or texts_at(record, "contributors/secondary-authors/author"),
        "date": text_at(record, "dates/year", "dates/pub-dates/date"),
        "venue": text_at(record, "titles/secondary-title", "periodical/full-title"),
        "doi": text_at(record, "electronic-resource-num"),
        "url": text_at(record, "urls/web-urls/url", "urls/related-urls/url"),
        "volume": text_at(record, "volume"),
        "number": text_at(record, "number"),
        "pages": text_at(record, "pages"),
        "publisher": text_at(record, "publisher"),
        "language": text_at(record, "language"),
        "keywords": texts_at(record, "keywords/keyword"),
        "key": text_at(record, "label", "rec-number"),
        "type": kind.get("name", "") if kind is not None else "",
    }
    return {name: value for name, value in fields.items() if value}
