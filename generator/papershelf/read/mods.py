"""MODS, the Library of Congress's Metadata Object Description Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from papershelf.model import Origin, Record
from papershelf.read.xml import child, children, inner_text, records_in, sniff_markup, text_at
from papershelf.report import Report

SUMMARY = "MODS records of libraries (.xml)"
SUFFIXES = (".xml", ".mods")
EXAMPLE = """<mods xmlns="http://www.loc.gov/mods/v3">
  <titleInfo><title>A shelf of records</title></titleInfo>
  <name><namePart type="given">Ada</namePart><namePart type="family">Lee</namePart></name>
  <originInfo><dateIssued>2021</dateIssued></originInfo>
  <abstract>How to keep a library.</abstract>
</mods>
"""


def sniff(head: str) -> float:
    """High for an element `mods` or its collection."""
    return sniff_markup(head, r"<(?:\w+:)?mods(?:Collection)?\b")


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A collection, or one record alone → a record a `mods`."""
    for mods, place in records_in(text, origin, report, "mods"):
        yield Record(_fields(mods), place)


def _fields(mods: etree._Element) -> dict[str, Any]:
    host = next(
        (item for item in children(mods, "relatedItem") if item.get("type") == "host"), None
    )
    issued = child(mods, "originInfo")
    place = issued if issued is not None else mods
    fields = {
        "title": _title(mods),
        "abstract": text_at(mods, "abstract"),
        "authors": [name for name in map(_author, children(mods, "name")) if name],
        "date": text_at(place, "dateIssued", "dateCreated", "copyrightDate")
        or (text_at(host, "part/date", "originInfo/dateIssued") if host is not None else ""),
        "venue": text_at(host, "titleInfo/title") if host is not None else "",
        "publisher": text_at(place, "publisher"),
        "doi": _identifier(mods, "doi"),
        "key": _identifier(mods, "citekey") or mods.get("ID", ""),
        "url": text_at(mods, "location/url"),
        **_part(host if host is not None else mods),
        "language": text_at(mods, "language/languageTerm", "language"),
        "keywords": [
            inner_text(topic) for topic in children(mods, "subject/topic") if inner_text(topic)
        ],
        "type": text_at(mods, "genre", "typeOfResource"),
    }
    return {name: value for name, value in fields.items() if value}


def _title(mods: etree._Element) -> str:
    """The main title with its subtitle; translated and alternative ones are not."""
    info = next((i for i in children(mods, "titleInfo") if not i.get("type")), None)
    info = child(mods, "titleInfo") if info is None else info
    if info is None:
        return ""
    parts = (text_at(info, "nonSort"), text_at(info, "title"), text_at(info, "subTitle"))
    lead = " ".join(part for part in parts[:2] if part)
    return f"{lead}: {parts[2]}" if parts[2] else lead


def _part(host: etree._Element) -> dict[str, str]:
    """Volume, issue and pages, as `part` has them."""
    found = {
        {"volume": "volume", "issue": "number"}.get(detail.get("type", ""), ""): text_at(
            detail, "number", "caption"
        )
        for detail in children(host, "part/detail")
    }
    start, end = text_at(host, "part/extent/start"), text_at(host, "part/extent/end")
    pages = f"{start}-{end}" if start and end and start != end else start or end
    return {"pages": pages, **{name: value for name, value in found.items() if name}}


def _identifier(mods: etree._Element, kind: str) -> str:
    return next((inner_text(i) for i in children(mods, "identifier") if i.get("type") == kind), "")


def _author(name: etree._Element) -> dict[str, str]:
    """A name in parts; one without typed parts is taken as it is written."""
    parts: dict[str, list[str]] = {}
    for part in children(name, "namePart"):
        parts.setdefault(part.get("type", ""), []).append(inner_text(part))
    family, given = " ".join(parts.get("family", [])), " ".join(parts.get("given", []))
    if family:
        return {"family": family, **({"given": given} if given else {})}
    whole = " ".join(parts.get("", []))
    key = "literal" if name.get("type") == "corporate" else "name"
    return {key: whole} if whole else {}
