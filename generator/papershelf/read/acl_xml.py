"""ACL Anthology XML: a collection of volumes, each with its papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from papershelf.model import Origin, Record
from papershelf.read.xml import (
    child,
    children,
    descendants,
    inner_text,
    line_of,
    name_of,
    parse_xml,
    sniff_markup,
    text_at,
    unnested,
)
from papershelf.report import Report

SUMMARY = "ACL Anthology volumes (.xml)"
SUFFIXES = (".xml",)
EXAMPLE = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2021.shelf">
  <volume id="1">
    <meta><booktitle>Proceedings of the Shelf Workshop</booktitle><year>2021</year></meta>
    <paper id="1">
      <title>A <fixed-case>S</fixed-case>helf of Papers</title>
      <author><first>Ada</first><last>Lee</last></author>
      <abstract>How to keep a library.</abstract>
      <url>2021.shelf-1.1</url>
    </paper>
  </volume>
</collection>
"""

_ANTHOLOGY = "https://aclanthology.org/"


def sniff(head: str) -> float:
    """High for a `<collection id=…>` with a volume or a paper in it."""
    return sniff_markup(head, r"<collection id=[^>]*>\s*(?:<!--.*?-->\s*)?<(?:volume|event) ")


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A collection → a record a paper; front matter is none."""
    root = parse_xml(text, origin, report)
    if root is None:
        return
    unnested(root, "paper")
    for volume in descendants(root, "volume"):
        for paper in children(volume, "paper"):
            fields, extra = _fields(paper, volume, root)
            yield Record(fields, replace(origin, line=line_of(paper)), extra)


_TAKEN = frozenset(
    "title author abstract url doi pages language editor video attachment software dataset".split()
)


def _fields(
    paper: etree._Element, volume: etree._Element, root: etree._Element
) -> tuple[dict[str, Any], dict[str, Any]]:
    meta = child(volume, "meta")
    meta = meta if meta is not None else volume
    acl = _acl_id(paper, volume, root)
    fields = {
        "title": text_at(paper, "title"),
        "abstract": text_at(paper, "abstract"),
        "authors": [_author(author) for author in children(paper, "author")],
        "date": " ".join(filter(None, (text_at(meta, "month"), text_at(meta, "year")))),
        "venue": text_at(meta, "booktitle"),
        "publisher": text_at(meta, "publisher"),
        "doi": text_at(paper, "doi"),
        "acl": acl,
        "url": f"{_ANTHOLOGY}{acl}/" if acl else "",
        "pdf": f"{_ANTHOLOGY}{acl}.pdf" if acl and child(paper, "url") is not None else "",
        "pages": text_at(paper, "pages"),
        "language": text_at(paper, "language"),
        "key": text_at(paper, "bibkey"),
    }
    extra = {name_of(e): inner_text(e) for e in paper if name_of(e) and name_of(e) not in _TAKEN}
    return {name: value for name, value in fields.items() if value}, {
        name: value for name, value in extra.items() if value and name != "bibkey"
    }


def _acl_id(paper: etree._Element, volume: etree._Element, root: etree._Element) -> str:
    """The Anthology id: the relative url gives it, else it is built from the three ids.

    Ids before 2020 are `P19-1001` (two digits of volume for workshops, W19-0101).
    """
    url = text_at(paper, "url")
    if re.fullmatch(r"[\w.]+-[\w.]+", url):
        return url
    parts = root.get("id", ""), volume.get("id", ""), paper.get("id", "")
    if not all(parts):
        return ""
    collection, number, paper_number = parts
    if re.fullmatch(r"[A-Z]\d\d", collection):
        width = (2, 2) if collection[0] == "W" or collection in {"C69", "D19"} else (1, 3)
        return f"{collection}-{number.zfill(width[0])}{paper_number.zfill(width[1])}"
    return f"{collection}-{number}.{paper_number}"


def _author(author: etree._Element) -> dict[str, str]:
    found = {
        "given": text_at(author, "first"),
        "family": text_at(author, "last"),
        "orcid": author.get("orcid", ""),
    }
    return {name: value for name, value in found.items() if value}
